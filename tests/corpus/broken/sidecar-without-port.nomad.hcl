# expect: 9: port is missing; the sidecar
# oracle: silent: Nomad registers it, but the sidecar has nowhere to pass calls on to
job "web" {
  group "web" {
    network {
      mode = "bridge"
    }

    service {
      name = "web"

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
