app {
  url = "https://developer.hashicorp.com/nomad/docs/concepts/scheduling/schedulers#batch"
}

pack {
  name        = "batch"
  description = "A task that ends: a migration, a nightly report, a job run on demand"
  version     = "0.1.0"
}

nomadeploy {
  kind     = "batch"
  supports = ["image", "resources", "secrets"]
}
