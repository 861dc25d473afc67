# expect: 14: unknown check type 'script'
job "web" {
  group "web" {
    network {
      port "http" {}
    }

    service {
      provider = "nomad"
      name     = "web"
      port     = "http"

      check {
        type     = "script"
        command  = "/bin/true"
        task     = "web"
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
