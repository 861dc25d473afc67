# expect: 5: needs a network of mode "bridge"
job "web" {
  group "web" {
    network {
      mode = "host"
    }

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
