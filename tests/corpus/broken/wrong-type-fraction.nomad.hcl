# expect: 12: must be a whole number, not 0.5
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }

      resources {
        cpu = 0.5
      }
    }
  }
}
