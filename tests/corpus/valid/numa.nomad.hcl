# oracle: refused: numa scheduling requires Nomad Enterprise
job "numa" {
  group "app" {
    task "app" {
      driver = "docker"

      config {
        image = "nginx"
      }

      resources {
        cores = 4

        device "nvidia/gpu" {
          count = 1
        }

        numa {
          affinity = "require"
          devices  = ["nvidia/gpu"]
        }
      }
    }
  }
}
