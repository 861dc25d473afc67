job "weighted" {
  group "app" {
    network {
      port "http" {}
    }

    service {
      name                = "weighted"
      port                = "http"
      enable_tag_override = true
      cluster             = "default"

      weights {
        passing = 3
        warning = 1
      }

      identity {
        name = "consul-service"
        aud  = ["consul.io"]
        ttl  = "1h"
      }
    }

    task "app" {
      driver = "docker"

      config {
        image = "example/app:1"
        ports = ["http"]
      }
    }
  }
}
