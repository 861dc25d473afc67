# expect: 6: must be a duration
job "web" {
  group "web" {
    task "web" {
      driver       = "docker"
      kill_timeout = "30 seconds"

      config {
        image = "nginx"
      }
    }
  }
}
