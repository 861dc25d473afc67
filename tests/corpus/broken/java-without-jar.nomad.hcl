# expect: 8: needs jar_path or class
# oracle: silent: the server never looks into a driver's config; the task fails when it starts
job "web" {
  group "web" {
    task "web" {
      driver = "java"

      config {
        args = ["-v"]
      }
    }
  }
}
