# expect: 7: aud is missing
job "web" {
  group "web" {
    service {
      name = "web"

      identity {
        name = "web"
      }
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
