# expect: 12: cpu and cores exclude each other
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }

      resources {
        cpu   = 500
        cores = 2
      }
    }
  }
}
