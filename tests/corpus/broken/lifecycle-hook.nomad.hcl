# expect: 8: did you mean 'prestart'
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      lifecycle {
        hook = "pre-start"
      }

      config {
        image = "nginx"
      }
    }
  }
}
