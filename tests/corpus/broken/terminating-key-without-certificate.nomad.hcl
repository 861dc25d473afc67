# expect: 17: cert_file and key_file go together
job "terminating" {
  group "gateway" {
    network {
      mode = "bridge"
    }

    service {
      name = "gateway"

      connect {
        gateway {
          terminating {
            service {
              name     = "legacy"
              ca_file  = "/ca.pem"
              key_file = "/key.pem"
            }
          }
        }
      }
    }
  }
}
