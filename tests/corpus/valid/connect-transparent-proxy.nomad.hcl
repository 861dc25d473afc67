job "transparent" {
  group "api" {
    network {
      mode = "bridge"

      port "admin" {
        static = 9100
      }
    }

    service {
      name = "transparent-api"
      port = "9001"

      connect {
        sidecar_service {
          proxy {
            transparent_proxy {
              uid                    = "101"
              outbound_port          = 15001
              exclude_inbound_ports  = ["admin", "9200"]
              exclude_outbound_ports = [443, 5432]
              exclude_outbound_cidrs = ["10.0.0.0/8", "fd00::/8"]
              exclude_uids           = ["2000"]
              no_dns                 = true
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
