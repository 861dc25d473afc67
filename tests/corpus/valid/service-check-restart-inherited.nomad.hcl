job "inherited" {
  group "app" {
    network {
      port "http" {}
      port "admin" {}
    }

    service {
      name      = "inherited"
      port      = "http"
      on_update = "ignore_warnings"

      check_restart {
        limit           = 3
        grace           = "1m"
        ignore_warnings = true
      }

      check {
        type     = "http"
        port     = "admin"
        path     = "/ready"
        interval = "10s"
        timeout  = "1s"
      }
    }

    task "app" {
      driver = "docker"

      config {
        image = "example/app:1"
        ports = ["http", "admin"]
      }
    }
  }
}
