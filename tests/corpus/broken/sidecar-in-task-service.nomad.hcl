# expect: 17: move the service from the task to the group
job "web" {
  group "web" {
    network {
      mode = "bridge"

      port "http" {}
    }

    task "web" {
      driver = "docker"

      service {
        name = "web"
        port = "http"

        connect {
          sidecar_service {}
        }
      }

      config {
        image = "nginx"
      }
    }
  }
}
