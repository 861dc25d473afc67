job "scripted" {
  group "app" {
    network {
      port "http" {}
    }

    service {
      name = "scripted"
      port = "http"

      check {
        name     = "queue depth"
        type     = "script"
        task     = "worker"
        command  = "/bin/sh"
        args     = ["-c", "test $(wc -l < /local/queue) -lt 100"]
        interval = "30s"
        timeout  = "5s"
        notes    = "fails when more than a hundred entries wait"
      }
    }

    task "worker" {
      driver = "raw_exec"

      config {
        command = "/usr/bin/env"
        args    = ["sleep", "1d"]
      }
    }
  }
}
