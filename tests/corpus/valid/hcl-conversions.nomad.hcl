job "conversions" {
  priority    = "60"
  all_at_once = "true"

  group "app" {
    count          = "2"
    shutdown_delay = 5000000000

    network {
      port "http" {
        to = "8080"
      }
    }

    ephemeral_disk {
      size = 300.0
    }

    service {
      name = 42
      port = 8080
      tags = [1, true, "text"]
    }

    task "app" {
      driver       = "docker"
      leader       = "1"
      kill_timeout = "1.5m"

      env {
        NUMBER = 1.5
        FLAG   = true
      }

      config {
        image      = "nginx"
        privileged = "false"
        args       = [1, "2"]
      }

      resources {
        cpu    = "250"
        memory = 1e2
      }
    }
  }
}
