# expect: 7: config takes no label
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      config "docker" {
        image = "nginx"
      }
    }
  }
}
