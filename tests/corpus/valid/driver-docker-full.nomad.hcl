job "docker-full" {
  group "app" {
    network {
      port "http" {
        to = 80
      }
    }

    task "app" {
      driver = "docker"
      user   = "1000:1000"

      config {
        image                     = "registry.example:5000/team/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        command                   = "serve"
        args                      = ["--port", "80", "${NOMAD_TASK_NAME}"]
        entrypoint                = ["/bin/tini", "--"]
        auth_soft_fail            = true
        cap_add                   = ["net_bind_service"]
        cap_drop                  = ["all"]
        cgroupns                  = "private"
        container_exists_attempts = 3
        cpu_hard_limit            = true
        cpu_cfs_period            = 50000
        cpuset_cpus               = "0-1"
        advertise_ipv6_address    = false
        dns_servers               = ["10.0.0.2"]
        dns_search_domains        = ["internal"]
        dns_options               = ["ndots:1"]
        extra_hosts               = ["db:10.0.0.7"]
        force_pull                = false
        group_add                 = ["audio"]
        hostname                  = "app"
        image_pull_timeout        = "10m"
        init                      = true
        interactive               = false
        ipc_mode                  = "host"
        ipv4_address              = "172.17.0.9"
        ipv6_address              = "fd00::9"
        load                      = "app.tar"
        mac_address               = "02:68:b3:29:da:98"
        memory_hard_limit         = 512
        network_aliases           = ["app"]
        network_mode              = "bridge"
        oom_score_adj             = 100
        pid_mode                  = "host"
        pids_limit                = 200
        ports                     = ["http"]
        privileged                = false
        readonly_rootfs           = true
        runtime                   = "runc"
        security_opt              = ["no-new-privileges"]
        shm_size                  = 67108864
        tty                       = false
        userns_mode               = "host"
        uts_mode                  = "host"
        volume_driver             = "local"
        volumes                   = ["local/conf:/etc/app", "/srv:/srv:ro"]
        work_dir                  = "/srv"

        auth {
          username       = "puller"
          password       = "${NOMAD_META_password}"
          server_address = "registry.example:5000"
        }

        devices = [
          {
            host_path          = "/dev/fuse"
            container_path     = "/dev/fuse"
            cgroup_permissions = "rw"
          },
        ]

        healthchecks {
          disable = true
        }

        labels {
          team = "payments"
        }

        logging {
          type = "journald"

          config {
            tag = "app"
          }
        }

        mount {
          type     = "bind"
          source   = "local/data"
          target   = "/data"
          readonly = true

          bind_options {
            propagation = "rshared"
          }
        }

        mount {
          type   = "volume"
          source = "cache"
          target = "/cache"

          volume_options {
            no_copy = true

            labels {
              kind = "cache"
            }

            driver_config {
              name = "local"

              options {
                type = "nfs"
              }
            }
          }
        }

        mount {
          type   = "tmpfs"
          target = "/tmp"

          tmpfs_options {
            size = 100000
            mode = 1023
          }
        }

        storage_opt = {
          size = "40G"
        }

        sysctl = {
          "net.core.somaxconn" = "16384"
        }

        ulimit {
          nproc  = "4242"
          nofile = "2048:4096"
        }
      }
    }
  }
}
