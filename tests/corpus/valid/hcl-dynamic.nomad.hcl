locals {
  upstreams = {
    prices = 8081
    stock  = 8082
  }
}

job "dynamic" {
  dynamic "group" {
    for_each = ["red", "blue"]
    iterator = colour
    labels   = ["app-${colour.value}"]

    content {
      count = colour.key + 1

      network {
        mode = "bridge"
      }

      service {
        name = "dynamic-${colour.value}"
        port = "8080"

        connect {
          sidecar_service {
            proxy {
              dynamic "upstreams" {
                for_each = local.upstreams

                content {
                  destination_name = upstreams.key
                  local_bind_port  = upstreams.value
                }
              }
            }
          }
        }
      }

      task "app" {
        driver = "docker"

        dynamic "template" {
          for_each = ["a", "b"]

          content {
            data        = "value = ${template.value}"
            destination = "local/${template.value}.conf"
          }
        }

        dynamic "constraint" {
          for_each = []

          content {
            attribute = constraint.value
            operator  = "is_set"
          }
        }

        config {
          image = "example/app:1"
        }
      }
    }
  }
}
