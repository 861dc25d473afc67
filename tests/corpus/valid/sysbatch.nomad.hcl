job "patch-all" {
  type = "sysbatch"

  parameterized {}

  affinity {
    attribute = "${node.class}"
    value     = "old"
    weight    = 10
  }

  group "patch" {
    restart {
      attempts = 1
      mode     = "fail"
    }

    task "patch" {
      driver = "raw_exec"

      config {
        command = "/usr/bin/apt-get"
        args    = ["-y", "upgrade"]
      }
    }
  }
}
