# expect: 6: must be a string, not null
job "web" {
  group "web" {
    task "web" {
      driver = "docker"
      user   = null

      config {
        image = "nginx"
      }
    }
  }
}
