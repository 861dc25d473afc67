# expect: 8: exactly one network block
job "web" {
  group "web" {
    service {
      name = "web"
      port = "8080"

      connect {
        sidecar_service {}
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
