job "report" {
  type     = "batch"
  priority = 20

  group "report" {
    count            = 2
    max_run_duration = "2h"

    restart {
      attempts = 10
      interval = "1h"
      delay    = "10s"
      mode     = "delay"
    }

    task "report" {
      driver = "docker"

      config {
        image   = "example/report:3"
        command = "report"
      }
    }
  }
}
