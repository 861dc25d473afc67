# expect: 17: another check named ''
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      service {
        name = "web"

        check {
          type     = "script"
          command  = "/bin/true"
          interval = "10s"
          timeout  = "2s"
        }

        check {
          type     = "script"
          command  = "/bin/false"
          interval = "10s"
          timeout  = "2s"
        }
      }

      config {
        image = "nginx"
      }
    }
  }
}
