# expect: 4: port is missing
job "web" {
  group "web" {
    service {
      name = "web"

      connect {
        native = true
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
