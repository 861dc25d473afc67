job "addresses" {
  group "app" {
    network {
      mode = "bridge"

      port "http" {
        to = 8000
      }
    }

    service {
      name         = "by-alloc"
      port         = "8000"
      address_mode = "alloc"
    }

    service {
      name    = "by-address"
      port    = "http"
      address = "app.example.com"

      tagged_addresses {
        wan = "203.0.113.7"
      }
    }

    service {
      name         = "by-host"
      port         = "http"
      address_mode = "host"
    }

    task "app" {
      driver = "docker"

      service {
        name         = "by-driver"
        port         = "9000"
        address_mode = "driver"
      }

      config {
        image = "example/app:1"
      }
    }
  }
}
