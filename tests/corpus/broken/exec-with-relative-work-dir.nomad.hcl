# expect: 11: must be an absolute path
# expect: 12: must be one of private, host
# oracle: silent: the server never looks into a driver's config; the task fails when it starts
job "web" {
  group "web" {
    task "web" {
      driver = "exec"

      config {
        command  = "/bin/true"
        work_dir = "local"
        pid_mode = "shared"
      }
    }
  }
}
