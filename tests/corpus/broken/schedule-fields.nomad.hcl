# expect: 9: start must have 6 fields
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      schedule {
        cron {
          start = "30 9 * * MON-FRI"
          end   = "0 17"
        }
      }

      config {
        image = "nginx"
      }
    }
  }
}
