job "exposed" {
  group "api" {
    network {
      mode = "bridge"

      port "healthcheck" {
        to = -1
      }

      port "metrics" {}
    }

    service {
      name = "exposed-api"
      port = "9001"

      check {
        type     = "http"
        port     = "healthcheck"
        path     = "/health"
        interval = "10s"
        timeout  = "3s"
        expose   = true
      }

      connect {
        sidecar_service {
          proxy {
            expose {
              path {
                path            = "/metrics"
                protocol        = "http"
                local_path_port = 9001
                listener_port   = "metrics"
              }
            }
          }
        }
      }
    }

    task "api" {
      driver = "docker"

      config {
        image = "example/api:1"
      }
    }
  }
}
