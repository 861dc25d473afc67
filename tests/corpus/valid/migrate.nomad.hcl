job "migrating" {
  migrate {
    max_parallel     = 3
    health_check     = "checks"
    min_healthy_time = "15s"
    healthy_deadline = "5m"
  }

  group "app" {
    migrate {
      health_check = "task_states"
    }

    task "app" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
