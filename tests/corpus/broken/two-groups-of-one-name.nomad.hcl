# expect: 13: another group named 'web'
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }

  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
