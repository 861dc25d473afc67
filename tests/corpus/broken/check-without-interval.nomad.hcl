# expect: 13: interval is missing
# expect: 15: must be at least 1s, not 500ms
job "web" {
  group "web" {
    network {
      port "http" {}
    }

    service {
      name = "web"
      port = "http"

      check {
        type    = "tcp"
        timeout = "500ms"
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
