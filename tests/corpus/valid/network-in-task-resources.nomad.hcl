job "old-network" {
  group "cache" {
    task "redis" {
      driver = "docker"

      service {
        name = "old-redis"
        port = "db"
      }

      config {
        image = "redis:7"
        ports = ["db"]

        port_map {
          db = 6379
        }
      }

      resources {
        cpu    = 500
        memory = 256

        network {
          mbits = 10
          port "db" {}
        }
      }
    }
  }
}
