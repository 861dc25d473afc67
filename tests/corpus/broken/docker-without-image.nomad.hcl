# expect: 8: the driver docker needs image
# oracle: silent: the server never looks into a driver's config; the task fails when it starts
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      config {
        command = "serve"
      }
    }
  }
}
