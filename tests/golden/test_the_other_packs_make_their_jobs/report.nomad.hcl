job "report" {
  namespace   = "default"
  type        = "batch"
  datacenters = ["*"]
  priority    = 50
  meta        = {
    nomadeploy_project = "shop"
    nomadeploy_stack = "shop"
    nomadeploy_environment = "dev"
  }

  periodic {
    crons            = ["0 3 * * *"]
    time_zone        = "UTC"
    prohibit_overlap = true
  }

  group "report" {
    restart {
      attempts = 0
      interval = "24h"
      delay    = "5s"
      mode     = "fail"
    }

    # A failed run is told to whoever released it, never tried on another node unasked.
    reschedule {
      attempts  = 0
      unlimited = false
    }

    network {
      mode = "bridge"
    }

    # Nothing listens here: the name is what intentions know the task by.
    service {
      name     = "report"
      port     = "9"
      provider = "consul"

      connect {
        sidecar_service {
          proxy {
            upstreams {
              destination_name = "stock"
              local_bind_port  = 8001
            }
          }
        }

        sidecar_task {
          resources {
            cpu    = 50
            memory = 64
          }
        }
      }

    }

    # The task's first call would come before Envoy knows its upstreams.
    task "mesh" {
      driver = "docker"

      lifecycle {
        hook = "prestart"
      }

      config {
        image   = "shop/report:1"
        command = "/bin/sh"
        # Nomad gives Envoy's admin listener port 19000 and one for each task before it in the group.
        args    = ["-c", "for n in $(seq 300); do if (if command -v curl >/dev/null; then curl -fsS -o /dev/null \"$1\"; elif command -v wget >/dev/null; then wget -q -O /dev/null \"$1\"; else python3 -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1])' \"$1\"; fi || exit 2) 2>/dev/null; then exit 0; fi; sleep 0.2; done; exit 1", "wait", "http://127.0.0.2:19002/ready"]
      }

      resources {
        cpu    = 20
        memory = 32
      }
    }

    task "report" {
      driver       = "docker"
      kill_timeout = "10s"

      config {
        image = "shop/report:1"
        command  = "report"
        args     = ["--all"]
      }

      env = {
        "STOCK_ADDR" = "127.0.0.1:8001"
      }

      logs {
        max_files     = 3
        max_file_size = 10
      }

      resources {
        cpu    = 100
        memory = 128
      }
    }
  }
}
