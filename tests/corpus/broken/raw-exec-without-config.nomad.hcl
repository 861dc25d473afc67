# expect: 5: the driver raw_exec needs command
# oracle: silent: the server never looks into a driver's config; the task fails when it starts
job "web" {
  group "web" {
    task "web" {
      driver = "raw_exec"
    }
  }
}
