# expect: 6: must not be more than the update block's progress_deadline (10m)
job "web" {
  group "web" {
    task "web" {
      driver       = "docker"
      kill_timeout = "15m"

      config {
        image = "nginx"
      }
    }
  }
}
