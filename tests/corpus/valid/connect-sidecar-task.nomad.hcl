job "own-proxy" {
  group "api" {
    network {
      mode = "bridge"
    }

    service {
      name = "own-proxy"
      port = "7000"

      connect {
        sidecar_service {
          port = "proxy"
        }

        sidecar_task {
          name           = "envoy"
          driver         = "raw_exec"
          user           = "root"
          kill_timeout   = "20s"
          kill_signal    = "SIGTERM"
          shutdown_delay = "2s"

          config {
            command  = "/usr/local/bin/envoy"
            work_dir = "${NOMAD_ALLOC_DIR}/.."
            args     = ["-c", "${NOMAD_SECRETS_DIR}/envoy_bootstrap.json", "--concurrency", "1"]
          }

          env {
            LEVEL = "info"
          }

          meta {
            kind = "proxy"
          }

          resources {
            cpu    = 100
            memory = 64
          }

          logs {
            max_files     = 2
            max_file_size = 5
          }
        }
      }
    }

    task "api" {
      driver = "raw_exec"

      config {
        command = "/usr/local/bin/api"
      }
    }
  }
}
