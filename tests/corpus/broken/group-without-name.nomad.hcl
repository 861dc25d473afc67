# expect: 3: group needs a name
job "web" {
  group {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
