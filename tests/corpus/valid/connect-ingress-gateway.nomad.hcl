job "ingress" {
  group "ingress" {
    network {
      mode = "bridge"

      port "inbound" {
        static = 8080
        to     = 8080
      }
    }

    service {
      name = "ingress-gateway"
      port = "8080"

      connect {
        gateway {
          proxy {
            connect_timeout                     = "5s"
            envoy_gateway_no_default_bind       = true
            envoy_gateway_bind_tagged_addresses = false
            envoy_dns_discovery_type            = "LOGICAL_DNS"

            envoy_gateway_bind_addresses "web" {
              address = "0.0.0.0"
              port    = 8080
            }

            config {
              envoy_stats_bind_addr = "0.0.0.0:9102"
            }
          }

          ingress {
            tls {
              enabled         = true
              tls_min_version = "TLSv1_2"
              tls_max_version = "TLSv1_3"
              cipher_suites   = ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"]

              sds {
                cluster_name  = "certificates"
                cert_resource = "wildcard"
              }
            }

            listener {
              port     = 8080
              protocol = "http"

              service {
                name                    = "web"
                hosts                   = ["web.example.com"]
                max_connections         = 100
                max_pending_requests    = 50
                max_concurrent_requests = 20

                request_headers {
                  remove = ["x-internal"]

                  add {
                    x-gateway = "ingress"
                  }
                }

                response_headers {
                  set {
                    strict-transport-security = "max-age=31536000"
                  }
                }
              }

              service {
                name = "*"
              }
            }

            listener {
              port     = 9000
              protocol = "tcp"

              service {
                name = "database"
              }
            }
          }
        }
      }
    }
  }
}
