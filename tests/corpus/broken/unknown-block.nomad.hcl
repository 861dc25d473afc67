# expect: 11: did you mean 'resources'
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }

      resource {
        cpu = 100
      }
    }
  }
}
