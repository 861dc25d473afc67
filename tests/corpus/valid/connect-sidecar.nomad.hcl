job "mesh" {
  group "api" {
    network {
      mode = "bridge"
    }

    service {
      name = "mesh-api"
      port = "9001"

      check {
        type     = "http"
        path     = "/health"
        expose   = true
        interval = "10s"
        timeout  = "2s"
      }

      connect {
        sidecar_service {}
      }
    }

    task "api" {
      driver = "docker"

      config {
        image = "example/api:1"
      }
    }
  }

  group "dashboard" {
    network {
      mode = "bridge"

      port "http" {
        static = 9002
        to     = 9002
      }
    }

    service {
      name = "mesh-dashboard"
      port = "http"

      connect {
        sidecar_service {
          tags                      = ["proxy"]
          disable_default_tcp_check = true

          meta {
            proxied = "yes"
          }

          proxy {
            local_service_address = "127.0.0.1"
            local_service_port    = 9002

            upstreams {
              destination_name = "mesh-api"
              local_bind_port  = 8080
            }

            upstreams {
              destination_name       = "prices"
              destination_type       = "service"
              local_bind_address     = "127.0.0.2"
              local_bind_port        = 8080
              datacenter             = "dc2"
              destination_namespace  = "default"
              destination_partition  = "default"

              mesh_gateway {
                mode = "local"
              }

              config {
                connect_timeout_ms = 5000

                limits {
                  max_connections = 3
                }
              }
            }

            config {
              protocol = "http"
            }
          }
        }
      }
    }

    task "dashboard" {
      driver = "docker"

      env {
        API_URL = "http://${NOMAD_UPSTREAM_ADDR_mesh_api}"
      }

      config {
        image = "example/dashboard:1"
      }
    }
  }
}
