job "native" {
  group "api" {
    network {
      port "api" {}
    }

    service {
      name = "native-api"
      port = "api"
      task = "server"

      connect {
        native = true
      }
    }

    task "server" {
      driver = "docker"

      config {
        image        = "example/native:1"
        network_mode = "host"
        ports        = ["api"]
      }
    }

    task "helper" {
      driver = "docker"

      config {
        image = "busybox"
      }
    }
  }
}
