job "scripted-task" {
  group "app" {
    task "worker" {
      driver = "exec"

      service {
        name = "worker"

        check {
          type     = "script"
          command  = "/bin/true"
          interval = "1m"
          timeout  = "10s"
        }
      }

      config {
        command = "/bin/sleep"
        args    = ["9999"]
      }
    }
  }
}
