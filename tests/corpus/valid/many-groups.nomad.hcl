job "many-groups" {
  group "web" {
    network {
      port "http" {
        to = 80
      }
    }

    service {
      name = "many-web"
      port = "http"
    }

    task "server" {
      driver = "docker"

      config {
        image = "nginx"
        ports = ["http"]
      }
    }

    task "sidecar" {
      driver = "docker"

      config {
        image = "busybox"
      }
    }
  }

  group "cache" {
    network {
      port "http" {
        to = 6379
      }
    }

    service {
      name = "many-cache"
      port = "http"
    }

    task "server" {
      driver = "docker"

      config {
        image = "redis"
        ports = ["http"]
      }
    }
  }
}
