job "registered-only" {
  group "app" {
    service {
      name = "registered-only"
      tags = ["batchlike"]
    }

    task "app" {
      driver = "raw_exec"

      config {
        command = "/bin/sleep"
        args    = ["1h"]
      }
    }
  }
}
