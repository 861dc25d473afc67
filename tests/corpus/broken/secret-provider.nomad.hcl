# expect: 8: 'my-secret' may hold only letters
# expect: 8: path is missing
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      secret "my-secret" {
        provider = "nomad"
      }

      config {
        image = "nginx"
      }
    }
  }
}
