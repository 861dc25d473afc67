# expect: 8: must be one of delay, fail
# expect: 22: mode "delay" with 0 attempts
# expect: 39: 10 attempts with a delay of 1m do not fit
job "web" {
  group "web" {
    restart {
      attempts = 2
      mode     = "retry"
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }

  group "zero" {
    restart {
      attempts = 0
      mode     = "delay"
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }

  group "crowded" {
    restart {
      attempts = 10
      delay    = "1m"
      interval = "5m"
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
