job "every-ten-seconds" {
  type = "sysbatch"

  periodic {
    cron      = "*/10 * * * * * *"
    time_zone = "UTC"
  }

  group "tick" {
    task "tick" {
      driver = "raw_exec"

      config {
        command = "/bin/date"
      }
    }
  }
}
