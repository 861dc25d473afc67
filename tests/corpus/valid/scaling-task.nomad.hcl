# Dynamic application sizing comes with Nomad Enterprise; other servers leave these blocks out.
job "sized" {
  group "app" {
    task "app" {
      driver = "docker"

      scaling "cpu" {
        enabled = true
        min     = 500
        max     = 2000

        policy {
          cooldown = "5m"

          check "p95" {
            strategy "app-sizing-percentile" {
              percentile = "95"
            }
          }
        }
      }

      scaling "mem" {
        max = 512
      }

      config {
        image = "nginx"
      }
    }
  }
}
