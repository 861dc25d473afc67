job "described" {
  ui {
    description = "The **payments** service, with `markdown`"

    link {
      label = "Dashboard"
      url   = "https://grafana.example.com/d/payments"
    }

    link {
      label = "Runbook"
      url   = "https://wiki.example.com/payments"
    }
  }

  group "app" {
    task "app" {
      driver = "docker"

      config {
        image = "example/app:1"
      }
    }
  }
}
