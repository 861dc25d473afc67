# expect: 4: must be at least 0, not -1
job "web" {
  group "web" {
    count = -1

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
