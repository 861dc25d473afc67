job "orders" {
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
    canary            = 1
    auto_promote      = true
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

  group "orders" {
    count          = 2
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

    scaling {
      enabled = true
      min     = 2
      max     = 5

      policy {
        cooldown = "1m"
        check "requests" {
          source = "prometheus"
          query  = "sum(rate(traefik_service_requests_total{service=\"orders@consulcatalog\"}[1m])) / sum(nomad_nomad_job_summary_running{exported_job=\"orders\"}) or vector(0)"

          strategy "target-value" {
            target = 20
          }
        }
        check "cpu" {
          source = "nomad-apm"
          query  = "avg_cpu-allocated"

          strategy "target-value" {
            target = 70
          }
        }
      }
    }

    constraint {
      attribute = "${meta.nomadeploy_envoy}"
      operator  = "is_set"
    }

    service {
      name     = "orders"
      port     = "8000"
      provider = "consul"
      tags = [
        "traefik.enable=true",
        "traefik.consulcatalog.connect=true",
        "traefik.http.routers.orders.rule=Host(`shop.example.com`) && PathPrefix(`/orders`)",
        "traefik.http.routers.orders.entrypoints=websecure",
        "traefik.http.routers.orders.tls=true",
        "traefik.http.routers.orders.middlewares=orders-strip",
        "traefik.http.middlewares.orders-strip.stripprefix.prefixes=/orders",
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
        task     = "orders"
        command  = "/bin/sh"
        args     = ["-c", "if command -v curl >/dev/null; then curl -fsS -o /dev/null \"$1\"; elif command -v wget >/dev/null; then wget -q -O /dev/null \"$1\"; else python3 -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1])' \"$1\"; fi || exit 2", "check", "http://127.0.0.1:8000/health"]
        interval = "10s"
        timeout  = "5s"
      }

      check {
        name     = "sidecar"
        type     = "script"
        task     = "orders"
        command  = "/bin/sh"
        args     = ["-c", "if command -v curl >/dev/null; then curl -fsS -o /dev/null \"$1\"; elif command -v wget >/dev/null; then wget -q -O /dev/null \"$1\"; else python3 -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1])' \"$1\"; fi || exit 2", "check", "http://127.0.0.2:19003/ready"]
        interval = "10s"
        timeout  = "5s"
      }

      connect {
        sidecar_service {
          # Consul's own check from the node comes every 10 s only.
          disable_default_tcp_check = true

          proxy {
            upstreams {
              destination_name = "stock"
              local_bind_port  = 8001
            }
          }
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

    # the app starts after it
    task "firewall" {
      driver = "raw_exec"
      user   = "root"

      lifecycle {
        hook    = "prestart"
        sidecar = false
      }

      config {
        command = "/bin/sh"
        args    = ["${NOMAD_TASK_DIR}/close-ports.sh"]
      }

      # iptables-restore swaps all rules at once: run again, it opens nothing for a moment.
      template {
        destination = "local/close-ports.sh"
        data        = <<-EOT
          set -eu
          rules() {
            echo "*filter"
            echo ":INPUT DROP"
            echo ":FORWARD DROP"
            echo ":OUTPUT ACCEPT"
            echo "-A INPUT -i lo -j ACCEPT"
            echo "-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT"
            echo "-A INPUT -p tcp --dport $NOMAD_PORT_connect_proxy_orders -j ACCEPT"
            echo "-A INPUT -p $1 -j ACCEPT"
            echo "-A INPUT -p tcp -j REJECT --reject-with tcp-reset"
            echo "COMMIT"
          }
          rules icmp | iptables-restore
          if [ -e /proc/net/if_inet6 ]; then
            rules ipv6-icmp | ip6tables-restore
          fi
        EOT
      }

      resources {
        cpu    = 10
        memory = 24
      }
    }

    # closes the ports again after a reboot of the node
    task "firewall-keeper" {
      driver = "raw_exec"
      user   = "root"
      kill_signal = "SIGKILL"

      lifecycle {
        hook    = "prestart"
        sidecar = true
      }

      config {
        command = "/bin/sh"
        args    = ["${NOMAD_TASK_DIR}/close-ports.sh"]
      }

      # iptables-restore swaps all rules at once: run again, it opens nothing for a moment.
      template {
        destination = "local/close-ports.sh"
        data        = <<-EOT
          set -eu
          rules() {
            echo "*filter"
            echo ":INPUT DROP"
            echo ":FORWARD DROP"
            echo ":OUTPUT ACCEPT"
            echo "-A INPUT -i lo -j ACCEPT"
            echo "-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT"
            echo "-A INPUT -p tcp --dport $NOMAD_PORT_connect_proxy_orders -j ACCEPT"
            echo "-A INPUT -p $1 -j ACCEPT"
            echo "-A INPUT -p tcp -j REJECT --reject-with tcp-reset"
            echo "COMMIT"
          }
          rules icmp | iptables-restore
          if [ -e /proc/net/if_inet6 ]; then
            rules ipv6-icmp | ip6tables-restore
          fi
          exec sleep infinity
        EOT
      }

      resources {
        cpu    = 10
        memory = 24
      }
    }

    task "orders" {
      driver       = "raw_exec"
      kill_timeout = "10s"

      config {
        work_dir = "/project/apps/x"
        command  = "/project/apps/x/../.venv/bin/python3"
        args     = ["-m", "x"]
      }

      env = {
        "STOCK_ADDR" = "127.0.0.1:8001"
        "GREETING" = "costs $${5} in ${NOMAD_DC}"
      }

      template {
        destination          = "${NOMAD_SECRETS_DIR}/PASSWORD.env"
        env                  = true
        error_on_missing_key = true
        # A changed secret is rolled out by a release, never by a restart of its own.
        change_mode          = "noop"
        data                 = <<-EOT
          {{ with nomadVar "nomad/jobs/orders" }}PASSWORD={{ (index . "password").Value | toJSON }}{{ end }}
        EOT
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
