job "task-services" {
  group "app" {
    network {
      port "http" {}
    }

    task "app" {
      driver = "docker"

      service {
        name = "task-http"
        port = "http"

        check {
          name     = "a"
          type     = "tcp"
          interval = "10s"
          timeout  = "2s"
        }

        check {
          name         = "b"
          type         = "http"
          path         = "/"
          port         = "8080"
          address_mode = "driver"
          interval     = "10s"
          timeout      = "2s"
        }
      }

      config {
        image = "example/app:1"
        ports = ["http"]
      }
    }
  }
}
