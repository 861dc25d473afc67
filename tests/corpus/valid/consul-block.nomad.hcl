job "consul-block" {
  group "app" {
    consul {
      namespace = "default"
      cluster   = "default"
    }

    service {
      name = "consul-block"
    }

    task "app" {
      driver = "docker"

      consul {}

      config {
        image = "example/app:1"
      }
    }
  }
}
