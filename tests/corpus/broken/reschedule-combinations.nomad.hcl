# expect: 8: attempts and unlimited exclude each other
# expect: 25: 5 attempts do not fit in 1m
# expect: 42: delay must be at least 5s
# expect: 43: must be one of constant
job "web" {
  group "both" {
    reschedule {
      attempts  = 3
      interval  = "1h"
      unlimited = true
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }

  group "crowded" {
    reschedule {
      attempts       = 5
      interval       = "1m"
      delay          = "30s"
      delay_function = "constant"
      unlimited      = false
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }

  group "hasty" {
    reschedule {
      delay          = "1s"
      delay_function = "linear"
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
