# expect: 5: the service's name must be
job "web" {
  group "web" {
    service {
      name = "my_web"
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
