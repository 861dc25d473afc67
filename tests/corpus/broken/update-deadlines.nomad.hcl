# expect: 6: must be less than healthy_deadline
# expect: 7: healthy_deadline (5m) must be less than progress_deadline (4m)
# expect: 9: auto_promote needs canary
job "web" {
  update {
    min_healthy_time  = "6m"
    healthy_deadline  = "5m"
    progress_deadline = "4m"
    auto_promote      = true
  }

  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
