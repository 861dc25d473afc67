# expect: 14: at least one listener
job "ingress" {
  group "ingress" {
    network {
      mode = "bridge"
    }

    service {
      name = "ingress"
      port = "8080"

      connect {
        gateway {
          ingress {}
        }
      }
    }
  }
}
