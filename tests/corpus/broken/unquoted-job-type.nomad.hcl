# expect: 3: not '${batch}'
job "web" {
  type = batch

  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
