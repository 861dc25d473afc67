# expect: 8: is for service and batch jobs
# expect: 8: lost_after and stop_on_client_after exclude each other
job "agent" {
  type = "system"

  group "agent" {
    disconnect {
      stop_on_client_after = "5m"
      lost_after           = "1h"
    }

    task "agent" {
      driver = "docker"

      config {
        image = "example/agent:1"
      }
    }
  }
}
