job "no-group" {
  type = "batch"

  task "only" {
    driver = "raw_exec"

    config {
      command = "/bin/date"
    }
  }

  task "second" {
    driver = "raw_exec"

    env {
      A = "b"
    }

    config {
      command = "/bin/date"
    }
  }
}
