# expect: 19: expose needs a connect sidecar
job "web" {
  group "web" {
    network {
      mode = "bridge"

      port "http" {
        static = 8080
      }
    }

    service {
      name = "web"
      port = "http"

      check {
        type     = "http"
        path     = "/"
        expose   = true
        interval = "10s"
        timeout  = "2s"
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
