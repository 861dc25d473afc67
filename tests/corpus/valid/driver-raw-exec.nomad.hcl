job "raw-exec" {
  group "app" {
    task "app" {
      driver = "raw_exec"

      config {
        command            = "local/run.sh"
        args               = ["a b", "--flag=${attr.kernel.name}"]
        cgroup_v2_override = "custom.slice/app.scope"
        oom_score_adj      = 10
        work_dir           = "/tmp"
        denied_envvars     = ["AWS_*"]
      }
    }
  }
}
