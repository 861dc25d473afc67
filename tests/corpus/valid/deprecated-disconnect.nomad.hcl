job "old-disconnect" {
  group "app" {
    max_client_disconnect        = "1h"
    stop_after_client_disconnect = "2h"

    task "app" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
