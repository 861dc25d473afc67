# expect: 22: listens on 9000 already
job "web" {
  group "web" {
    network {
      mode = "bridge"
    }

    service {
      name = "web"
      port = "8080"

      connect {
        sidecar_service {
          proxy {
            upstreams {
              destination_name = "prices"
              local_bind_port  = 9000
            }

            upstreams {
              destination_name = "stock"
              local_bind_port  = 9000
            }
          }
        }
      }
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
