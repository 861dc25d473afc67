# expect: 13: no port labelled 'www'
job "web" {
  group "web" {
    network {
      port "http" {}
    }

    task "web" {
      driver = "docker"

      service {
        name = "web"
        port = "www"
      }

      config {
        image = "nginx"
      }
    }
  }
}
