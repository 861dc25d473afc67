job "terminating" {
  group "gateway" {
    network {
      mode = "host"
    }

    service {
      name = "terminating-gateway"

      connect {
        gateway {
          terminating {
            service {
              name = "plain"
            }

            service {
              name      = "secure"
              ca_file   = "/etc/ssl/ca.pem"
              cert_file = "/etc/ssl/cert.pem"
              key_file  = "/etc/ssl/key.pem"
              sni       = "secure.example.com"
            }
          }
        }
      }
    }
  }
}
