job "nulls" {
  priority    = null
  datacenters = null

  group "app" {
    count = null

    update {
      max_parallel = null
      auto_revert  = null
    }

    service {
      tags = null
      port = "8080"
    }

    task "app" {
      driver = "docker"

      template {
        source      = null
        data        = "x"
        destination = "local/x"
        change_mode = null
      }

      config {
        image = "nginx"
        args  = null
      }

      resources {
        memory_max = null
      }
    }
  }
}
