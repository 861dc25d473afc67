# expect: 7: hook is missing
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      lifecycle {
        sidecar = true
      }

      config {
        image = "nginx"
      }
    }
  }
}
