# expect: 6: meta is a block
job "web" {
  group "web" {
    service {
      name = "web"
      meta = {
        team = "payments"
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
