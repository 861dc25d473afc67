# expect: 8: only one update block
job "web" {
  group "web" {
    update {
      max_parallel = 1
    }

    update {
      canary = 1
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
