# expect: 4: must be a whole number, not 'three'
job "web" {
  group "web" {
    count = "three"

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
