job "states" {
  update {
    health_check     = "task_states"
    min_healthy_time = "1s"
  }

  group "app" {
    task "app" {
      driver = "raw_exec"

      config {
        command = "/bin/sleep"
        args    = ["1h"]
      }
    }
  }
}
