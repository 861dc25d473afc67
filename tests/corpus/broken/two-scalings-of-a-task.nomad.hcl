# expect: 7: named "cpu" or "mem"
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      scaling "memory" {
        max = 500
      }

      config {
        image = "nginx"
      }
    }
  }
}
