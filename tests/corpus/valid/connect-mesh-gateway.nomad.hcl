job "mesh-gateway" {
  group "gateway" {
    network {
      mode = "bridge"

      port "wan" {
        host_network = "public"
      }
    }

    service {
      name = "mesh-gateway"
      port = "wan"

      connect {
        gateway {
          mesh {}

          proxy {
            connect_timeout = "3s"
          }
        }

        sidecar_task {
          resources {
            memory = 128
          }
        }
      }
    }
  }
}
