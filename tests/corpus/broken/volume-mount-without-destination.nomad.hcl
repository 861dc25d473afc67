# expect: 13: destination is missing
# oracle: fatal: the agent drops the request without an answer
job "web" {
  group "web" {
    volume "data" {
      type   = "host"
      source = "data"
    }

    task "web" {
      driver = "docker"

      volume_mount {
        volume = "data"
      }

      config {
        image = "nginx"
      }
    }
  }
}
