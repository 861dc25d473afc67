project "nomadeploy-examples" {
  packs = ["./packs"]
}

# The cluster that `nomadeploy dev up` starts on this machine.
environment "dev" {
  dev_cluster = "dev"

  variables = {
    domain  = "localhost"
    driver  = "raw_exec" # or docker, with the images that the apps' Dockerfiles make, tagged with this release
    release = "dev"
  }
}
