# expect: 3: must be at most 100, not 101
job "web" {
  priority = 101

  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
