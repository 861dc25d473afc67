# oracle: refused: task schedules requires Nomad Enterprise
job "office-hours" {
  group "app" {
    task "app" {
      driver = "docker"

      schedule {
        cron {
          start    = "0 30 9 * * MON-FRI"
          end      = "0 17"
          timezone = "Europe/Berlin"
        }
      }

      config {
        image = "nginx"
      }
    }
  }
}
