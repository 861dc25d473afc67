job "node-agent" {
  type = "system"

  update {
    max_parallel = 1
    stagger      = "1m"
  }

  constraint {
    attribute = "${attr.kernel.name}"
    value     = "linux"
  }

  group "agent" {
    network {
      mode = "host"

      port "metrics" {
        static = 9100
      }
    }

    restart {
      attempts = 5
      interval = "10m"
      delay    = "15s"
      mode     = "delay"
    }

    service {
      name = "node-agent"
      port = "metrics"
    }

    task "agent" {
      driver = "raw_exec"
      user   = "root"

      config {
        command = "/usr/local/bin/node_exporter"
        args    = ["--web.listen-address=:${NOMAD_PORT_metrics}"]
      }
    }
  }
}
