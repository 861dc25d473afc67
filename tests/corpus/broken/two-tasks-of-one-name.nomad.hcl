# expect: 12: another task named 'web'
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
