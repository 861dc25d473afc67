job "native-discovery" {
  group "app" {
    network {
      port "http" {
        to = 80
      }
    }

    service {
      provider = "nomad"
      name     = "native-discovery"
      port     = "http"
      tags     = ["nomad"]

      check {
        type     = "http"
        path     = "/"
        method   = "POST"
        body     = "{\"ping\": true}"
        interval = "10s"
        timeout  = "2s"

        check_restart {
          limit = 2
          grace = "10s"
        }
      }

      check {
        name     = "port"
        type     = "tcp"
        interval = "10s"
        timeout  = "2s"
      }
    }

    task "app" {
      driver = "docker"

      config {
        image = "nginx"
        ports = ["http"]
      }
    }
  }
}
