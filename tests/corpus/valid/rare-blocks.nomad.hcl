job "rare" {
  secret "shared" {
    provider = "nomad"
    path     = "nomad/jobs/rare"
  }

  group "gateway" {
    meta {
      tier = "edge"
    }

    network {
      mode = "bridge"
    }

    volume "certificates" {
      type   = "host"
      source = "certificates"
    }

    service {
      name = "edge-gateway"
      port = "8443"

      connect {
        gateway {
          ingress {
            listener {
              port     = 8443
              protocol = "grpc"

              service {
                name = "ledger"

                tls {
                  sds {
                    cert_resource = "ledger"
                  }
                }

                request_headers {
                  set {
                    x-edge = "1"
                  }
                }

                response_headers {
                  add {
                    x-edge = "1"
                  }
                }
              }
            }
          }
        }

        sidecar_task {
          volume_mount {
            volume      = "certificates"
            destination = "/certificates"
            read_only   = true
          }

          identity {
            name = "sds"
            aud  = ["sds"]
            file = true
          }
        }
      }
    }
  }
}
