job "host-volumes" {
  group "database" {
    volume "data" {
      type      = "host"
      source    = "postgres-data"
      read_only = false
    }

    volume "dynamic" {
      type            = "host"
      source          = "scratch"
      sticky          = true
      access_mode     = "single-node-multi-writer"
      attachment_mode = "file-system"
    }

    task "postgres" {
      driver = "docker"

      volume_mount {
        volume           = "data"
        destination      = "/var/lib/postgresql/data"
        read_only        = false
        propagation_mode = "host-to-task"
        selinux_label    = "Z"
      }

      volume_mount {
        volume      = "dynamic"
        destination = "${NOMAD_ALLOC_DIR}/scratch"
      }

      config {
        image = "postgres:16"
      }
    }
  }
}
