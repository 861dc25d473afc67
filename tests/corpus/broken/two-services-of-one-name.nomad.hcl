# expect: 15: another service named 'web'
# expect: 20: another has 'consul'
job "web" {
  group "web" {
    network {
      port "http" {}
    }

    service {
      name = "web"
      port = "http"
    }

    service {
      name     = "web"
      port     = "http"
    }

    service {
      provider = "nomad"
      name     = "other"
      port     = "http"
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
