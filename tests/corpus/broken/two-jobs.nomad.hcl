# expect: 14: only one job block
job "one" {
  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}

job "two" {
  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
