job "restarting" {
  group "app" {
    restart {
      attempts         = 3
      interval         = "10m"
      delay            = "25s"
      mode             = "delay"
      render_templates = true
    }

    task "app" {
      driver = "docker"

      restart {
        attempts = 1
        mode     = "fail"
      }

      config {
        image = "nginx"
      }
    }
  }

  group "never" {
    restart {
      attempts = 0
      mode     = "fail"
    }

    task "once" {
      driver = "docker"

      config {
        image = "busybox"
      }
    }
  }
}
