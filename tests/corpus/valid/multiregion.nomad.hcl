# oracle: refused: Multiregion jobs are unlicensed
# Multiregion deployments come with Nomad Enterprise.
job "worldwide" {
  multiregion {
    strategy {
      max_parallel = 1
      on_failure   = "fail_all"
    }

    region "west" {
      count       = 2
      datacenters = ["west-1"]
      node_pool   = "default"
    }

    region "east" {
      count       = 1
      datacenters = ["east-1", "east-2"]

      meta {
        primary = "no"
      }
    }
  }

  group "app" {
    count = 0

    task "app" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
