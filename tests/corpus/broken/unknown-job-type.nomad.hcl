# expect: 3: must be one of service, batch, system, sysbatch
job "web" {
  type = "deployment"

  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
