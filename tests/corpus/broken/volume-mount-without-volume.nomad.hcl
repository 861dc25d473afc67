# expect: 13: did you mean 'data'
job "web" {
  group "web" {
    volume "data" {
      type   = "host"
      source = "data"
    }

    task "web" {
      driver = "docker"

      volume_mount {
        volume      = "date"
        destination = "/data"
      }

      config {
        image = "nginx"
      }
    }
  }
}
