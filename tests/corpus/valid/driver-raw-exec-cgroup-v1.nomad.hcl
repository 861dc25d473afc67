job "raw-exec-v1" {
  group "app" {
    task "app" {
      driver = "raw_exec"

      config {
        command = "/bin/date"

        cgroup_v1_override = [
          { memory = "custom/app" },
          { cpuset = "custom/app" },
        ]
      }
    }
  }
}
