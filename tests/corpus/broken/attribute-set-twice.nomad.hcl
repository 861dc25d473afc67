# expect: 4: redefined
job "web" {
  priority = 50
  priority = 60

  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
