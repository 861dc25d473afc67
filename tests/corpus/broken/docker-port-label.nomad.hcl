# expect: 16: no port labelled 'metrics'
# oracle: silent: the driver looks the label up when the task starts
job "web" {
  group "web" {
    network {
      port "http" {}
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
        ports = [
          "http",
          "metrics",
        ]
      }
    }
  }
}
