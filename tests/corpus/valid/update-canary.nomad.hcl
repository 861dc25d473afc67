job "canary" {
  update {
    max_parallel      = 2
    health_check      = "checks"
    min_healthy_time  = "10s"
    healthy_deadline  = "3m"
    progress_deadline = "10m"
    auto_revert       = true
    auto_promote      = true
    canary            = 1
    stagger           = "30s"
  }

  group "app" {
    count = 4

    update {
      canary       = 4
      max_parallel = 4
    }

    task "app" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
