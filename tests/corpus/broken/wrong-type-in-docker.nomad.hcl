# expect: 11: must be a list of strings, not '-v'
# expect: 12: must be true or false
# oracle: silent: the server never looks into a driver's config; the task fails when it starts
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      config {
        image      = "nginx"
        args       = "-v"
        privileged = "sometimes"
      }
    }
  }
}
