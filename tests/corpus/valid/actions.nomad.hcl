job "actions" {
  group "app" {
    task "app" {
      driver = "docker"

      action "flush-cache" {
        command = "/bin/flush"
        args    = ["--all", "${NOMAD_TASK_DIR}/cache"]
      }

      action "uptime" {
        command = "uptime"
      }

      config {
        image = "example/app:1"
      }
    }
  }
}
