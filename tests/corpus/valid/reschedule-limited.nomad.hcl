job "limited" {
  type = "batch"

  reschedule {
    attempts       = 3
    interval       = "24h"
    delay          = "5s"
    delay_function = "constant"
    unlimited      = false
  }

  group "exponential" {
    reschedule {
      attempts       = 5
      interval       = "1h"
      delay          = "30s"
      delay_function = "exponential"
      max_delay      = "10m"
      unlimited      = false
    }

    task "work" {
      driver = "exec"

      config {
        command = "/bin/true"
      }
    }
  }

  group "fibonacci" {
    reschedule {
      attempts       = 6
      interval       = "30m"
      delay          = "10s"
      delay_function = "fibonacci"
      max_delay      = "2m"
      unlimited      = false
    }

    task "work" {
      driver = "exec"

      config {
        command = "/bin/true"
      }
    }
  }
}
