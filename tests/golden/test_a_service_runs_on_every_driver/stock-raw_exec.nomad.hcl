job "stock" {
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

  group "stock" {
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
      name     = "stock"
      port     = "8001"
      provider = "consul"
      meta {
        canary = "false"
      }

      canary_meta {
        canary = "true"
      }

      check {
        name     = "app"
        type     = "script"
        task     = "stock"
        command  = "/bin/sh"
        args     = ["-c", "\"$@\" || exit 2", "check", "python3", "check.py"]
        interval = "10s"
        timeout  = "5s"
      }

      check {
        name     = "sidecar"
        type     = "script"
        task     = "stock"
        command  = "/bin/sh"
        args     = ["-c", "if command -v curl >/dev/null; then curl -fsS -o /dev/null \"$1\"; elif command -v wget >/dev/null; then wget -q -O /dev/null \"$1\"; else python3 -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1])' \"$1\"; fi || exit 2", "check", "http://127.0.0.2:19003/ready"]
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
            echo "-A INPUT -p tcp --dport $NOMAD_PORT_connect_proxy_stock -j ACCEPT"
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
            echo "-A INPUT -p tcp --dport $NOMAD_PORT_connect_proxy_stock -j ACCEPT"
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

    task "stock" {
      driver       = "raw_exec"
      kill_timeout = "10s"

      config {
        work_dir = "/project/apps/x"
        command  = "/project/apps/x/../.venv/bin/python3"
        args     = ["-m", "x"]
      }

      env = {
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
