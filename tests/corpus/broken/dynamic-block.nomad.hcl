# expect: 10: did you mean 'to'
job "web" {
  group "web" {
    network {
      dynamic "port" {
        for_each = ["http"]
        labels   = [port.value]

        content {
          too = 80
        }
      }
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
