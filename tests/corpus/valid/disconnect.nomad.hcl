job "edge" {
  group "keep" {
    disconnect {
      lost_after = "6h"
      replace    = false
      reconcile  = "keep_original"
    }

    task "app" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }

  group "stop" {
    disconnect {
      stop_on_client_after = "5m"
    }

    task "app" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
