# expect: 4: update is a block
job "web" {
  group "web" {
    update = {
      max_parallel = 2
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
