# expect: 4: driver is missing
job "web" {
  group "web" {
    task "web" {
      config {
        image = "nginx"
      }
    }
  }
}
