job "web" {
  group "web" {
    count = 3

    network {
      port "http" {
        to = 8080
      }
    }

    service {
      name         = "web"
      port         = "http"
      tags         = ["public", "release-${NOMAD_JOB_NAME}"]
      canary_tags  = ["canary"]
      address_mode = "auto"
      on_update    = "require_healthy"

      meta {
        version = "7"
      }

      canary_meta {
        version = "8"
      }

      check {
        name            = "alive"
        type            = "http"
        path            = "/health?full=1"
        method          = "GET"
        protocol        = "http"
        interval        = "10s"
        timeout         = "2s"
        initial_status  = "critical"
        tls_skip_verify = false

        header {
          Authorization = ["Basic Zm9vOmJhcg=="]
          X-Probe       = ["nomad", "consul"]
        }

        check_restart {
          limit           = 3
          grace           = "90s"
          ignore_warnings = false
        }

        success_before_passing   = 2
        failures_before_critical = 3
        failures_before_warning  = 1
      }
    }

    task "web" {
      driver = "docker"

      config {
        image = "registry.example/web:7"
        ports = ["http"]
      }
    }
  }
}
