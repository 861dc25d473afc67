job "bare" {
  constraint {
    attribute = attr.kernel.name
    value     = "linux"
  }

  group "app" {
    constraint {
      attribute = meta.rack
      operator  = "is_set"
    }

    task "app" {
      driver = "docker"

      env {
        DC   = node.datacenter
        PORT = NOMAD_PORT_http
      }

      config {
        image = "nginx"
        args  = [attr.unique.hostname, "${node.unique.id}"]
      }
    }
  }
}
