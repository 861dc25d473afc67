# expect: 16: write a network such as
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
            transparent_proxy {
              exclude_outbound_cidrs = ["10.0.0.0/40"]
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
