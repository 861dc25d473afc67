job "unlimited" {
  group "app" {
    reschedule {
      delay          = "30s"
      delay_function = "fibonacci"
      max_delay      = "1h"
      unlimited      = true
    }

    task "app" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }

  group "off" {
    reschedule {
      attempts  = 0
      unlimited = false
    }

    task "app" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
