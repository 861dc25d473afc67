job "manual" {
  group "app" {
    update {
      max_parallel      = 0
      health_check      = "manual"
      progress_deadline = "0"
      healthy_deadline  = "1h"
      min_healthy_time  = "0s"
      canary            = 5
    }

    task "app" {
      driver       = "docker"
      kill_timeout = "30m"

      config {
        image = "nginx"
      }
    }
  }
}
