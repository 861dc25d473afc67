app {
  url = "https://developer.hashicorp.com/nomad/docs/job-specification/connect"
}

pack {
  name        = "service"
  description = "A long-running app in the Consul mesh: public through Traefik, or private"
  version     = "0.1.0"
}

nomadeploy {
  kind     = "service"
  supports = ["image", "port", "public", "check", "scaling", "update", "resources", "secrets"]
}
