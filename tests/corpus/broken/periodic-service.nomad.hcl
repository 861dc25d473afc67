# expect: 3: only batch and sysbatch jobs can be periodic
job "web" {
  periodic {
    cron = "0 * * * *"
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
