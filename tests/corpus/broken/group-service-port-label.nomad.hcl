# expect: 12: did you mean 'http'
# expect: 17: no port labelled 'admin'
# oracle: silent: the label is only looked up when the service is registered
job "web" {
  group "web" {
    network {
      port "http" {}
    }

    service {
      name = "web"
      port = "htpp"

      check {
        type     = "http"
        path     = "/"
        port     = "admin"
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
