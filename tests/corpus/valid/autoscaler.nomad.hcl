job "autoscaler" {
  group "autoscaler" {
    network {
      port "http" {}
    }

    service {
      provider = "nomad"
      name     = "autoscaler"
      port     = "http"

      check {
        type     = "http"
        path     = "/v1/health"
        interval = "5s"
        timeout  = "2s"
      }
    }

    task "autoscaler" {
      driver = "raw_exec"

      identity {
        env = true
      }

      template {
        destination = "${NOMAD_TASK_DIR}/config.hcl"

        data = <<-EOT
          nomad {
            address = "http://{{ env "attr.unique.network.ip-address" }}:4646"
          }
          apm "prometheus" {
            driver = "prometheus"
          }
        EOT
      }

      config {
        command = "nomad-autoscaler"
        args    = ["agent", "-config", "local/config.hcl", "-http-bind-port", "${NOMAD_PORT_http}"]
      }
    }
  }
}
