# expect: 12: exactly one of
job "web" {
  group "web" {
    network {
      mode = "bridge"
    }

    service {
      name = "web"
      port = "8080"

      connect {
        native = true

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
