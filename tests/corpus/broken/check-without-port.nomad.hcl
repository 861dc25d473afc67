# expect: 7: the check needs a port
job "web" {
  group "web" {
    service {
      name = "web"

      check {
        type     = "tcp"
        interval = "10s"
        timeout  = "2s"
      }
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
