job "scaled" {
  group "web" {
    count = 3

    scaling {
      enabled = true
      type    = "horizontal"
      min     = 2
      max     = 10

      policy {
        cooldown            = "1m"
        evaluation_interval = "10s"

        check "requests" {
          source = "prometheus"
          query  = "sum(rate(http_requests_total[1m])) or vector(0)"

          strategy "target-value" {
            target = 100
          }
        }

        target "nomad" {
          Job = "scaled"
        }
      }
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }

  group "from-min" {
    scaling {
      min = 4
      max = 4
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }

  group "to-zero" {
    count = 0

    scaling {
      min     = 0
      max     = 5
      enabled = false
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
