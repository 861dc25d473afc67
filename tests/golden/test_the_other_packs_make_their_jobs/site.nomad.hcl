job "site" {
  namespace   = "default"
  type        = "service"
  datacenters = ["*"]
  priority    = 50
  meta        = {
    nomadeploy_project = "shop"
    nomadeploy_stack = "shop"
    nomadeploy_environment = "dev"
  }

  update {
    canary            = 0
    auto_promote      = false
    max_parallel      = 1
    min_healthy_time  = "5s"
    healthy_deadline  = "5m"
    progress_deadline = "10m"
    auto_revert       = false
  }

  reschedule {
    unlimited      = true
    delay          = "5s"
    delay_function = "exponential"
    max_delay      = "5m"
  }

  group "site" {
    count          = 1
    shutdown_delay = "2s"

    # No port is published: the mesh adds the sidecar's, and that is all there is.
    network {
      mode = "bridge"
    }

    restart {
      attempts = 3
      interval = "5m"
      delay    = "5s"
      mode     = "fail"
    }

    constraint {
      attribute = "${meta.nomadeploy_envoy}"
      operator  = "is_set"
    }

    service {
      name     = "site"
      port     = "7000"
      provider = "consul"
      tags = [
        "traefik.enable=true",
        "traefik.consulcatalog.connect=true",
        "traefik.http.routers.site.rule=Host(`www.example.com`)",
        "traefik.http.routers.site.entrypoints=websecure",
        "traefik.http.routers.site.tls=true",
      ]
      # A canary takes no public traffic before it is promoted.
      canary_tags = ["traefik.enable=false"]

      meta {
        canary = "false"
      }

      canary_meta {
        canary = "true"
      }

      check {
        name     = "app"
        type     = "script"
        task     = "site"
        command  = "/bin/sh"
        args     = ["-c", "if command -v curl >/dev/null; then curl -fsS -o /dev/null \"$1\"; elif command -v wget >/dev/null; then wget -q -O /dev/null \"$1\"; else python3 -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1])' \"$1\"; fi || exit 2", "check", "http://127.0.0.1:7000/"]
        interval = "10s"
        timeout  = "5s"
      }

      check {
        name     = "sidecar"
        type     = "script"
        task     = "site"
        command  = "/bin/sh"
        args     = ["-c", "if command -v curl >/dev/null; then curl -fsS -o /dev/null \"$1\"; elif command -v wget >/dev/null; then wget -q -O /dev/null \"$1\"; else python3 -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1])' \"$1\"; fi || exit 2", "check", "http://127.0.0.2:19001/ready"]
        interval = "10s"
        timeout  = "5s"
      }

      connect {
        sidecar_service {
          # Consul's own check from the node comes every 10 s only.
          disable_default_tcp_check = true

        }

        sidecar_task {
          driver = "raw_exec"
          user   = "root"

          config {
            command = "${meta.nomadeploy_envoy}"
            # Envoy's bootstrap names Consul's socket relative to the allocation's directory.
            work_dir = "${NOMAD_ALLOC_DIR}/.."
            args     = ["-c", "${NOMAD_SECRETS_DIR}/envoy_bootstrap.json", "--disable-hot-restart", "--concurrency", "1"]
          }

          resources {
            cpu    = 50
            memory = 64
          }
        }
      }

    }

    task "site" {
      driver       = "raw_exec"
      kill_timeout = "10s"

      config {
        command = "/usr/bin/python3"
        args    = ["${NOMAD_TASK_DIR}/serve.py"]
      }

      env = {
        SITE     = "/project/site"
        PORT     = "7000"
        FALLBACK = ""
        MAX_AGE  = "3600"
        SETTINGS = "${NOMAD_TASK_DIR}/settings.json"
      }

      template {
        destination = "local/serve.py"
        data        = <<-EOT
          """Serve one directory on loopback: the sidecar is the only way to it."""

          import os
          from functools import partial
          from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

          ROOT = os.path.realpath(os.environ["SITE"])
          SETTINGS = os.environ["SETTINGS"]
          FALLBACK = os.environ["FALLBACK"]


          class Files(SimpleHTTPRequestHandler):
              protocol_version = "HTTP/1.1"

              def translate_path(self, path):
                  if path.partition("?")[0] == "/settings.json":
                      return SETTINGS
                  found = os.path.realpath(super().translate_path(path))
                  if os.path.commonpath((found, ROOT)) != ROOT:  # a link that leads out of the site
                      return os.path.join(ROOT, "no such file")
                  return found if os.path.exists(found) or not FALLBACK else os.path.join(ROOT, FALLBACK)

              def list_directory(self, path):
                  self.send_error(404)

              def end_headers(self):
                  fresh = self.path.partition("?")[0].endswith(("/", ".html", "/settings.json")) or "." not in self.path
                  self.send_header("Cache-Control", "no-cache" if fresh else f"max-age={os.environ['MAX_AGE']}")
                  super().end_headers()


          ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), partial(Files, directory=ROOT)).serve_forever()
        EOT
      }

      template {
        destination     = "local/settings.json"
        left_delimiter  = "<<<"
        right_delimiter = ">>>"
        change_mode     = "noop"
        data            = "{\"API\": \"https://api.example.com\"}"
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
