job "resources" {
  group "app" {
    task "mhz" {
      driver = "docker"

      config {
        image = "nginx"
      }

      resources {
        cpu        = 500
        memory     = 256
        memory_max = 512
        secrets    = 4

        device "nvidia/gpu" {
          count = 2

          constraint {
            attribute = "${device.attr.memory}"
            operator  = ">="
            value     = "2 GiB"
          }

          affinity {
            attribute = "${device.model}"
            operator  = "regexp"
            value     = "1080"
            weight    = 75
          }
        }
      }
    }

    task "cores" {
      driver = "docker"

      config {
        image = "nginx"
      }

      resources {
        cores      = 2
        memory     = 10
        memory_max = -1

        numa {
          affinity = "none"
        }
      }
    }
  }
}
