job "a" {
  group "main" {
    count = 2
    task "main" {
      driver = "docker"
      config {
        image = "a:1"
      }
      env = {
        X = "1"
      }
    }
  }
}
