# expect: 14: cpu must be at least 1
# expect: 15: memory must be at least 10
# expect: 16: memory_max (4) must not be less
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }

      resources {
        cpu        = 0
        memory     = 8
        memory_max = 4
      }
    }
  }
}
