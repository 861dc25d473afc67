job "templates" {
  group "app" {
    task "app" {
      driver = "docker"

      config {
        image   = "nginx"
        volumes = ["local:/etc/nginx/conf.d"]
      }

      template {
        destination   = "local/app.conf"
        change_mode   = "signal"
        change_signal = "SIGHUP"
        perms         = "0640"
        uid           = 1000
        gid           = 1000
        splay         = "15s"

        data = <<-EOF
          {{ range service "backend" }}
          server {{ .Address }}:{{ .Port }};
          {{ end }}
          listen = ${NOMAD_PORT_http};
          literal $${NOT_ME} and port = {
        EOF
      }

      template {
        data        = "LEVEL={{ key \"app/level\" }}\n"
        destination = "${NOMAD_SECRETS_DIR}/app.env"
        env         = true

        wait {
          min = "5s"
          max = "4m"
        }
      }

      template {
        source               = "local/app.tpl"
        destination          = "../alloc/app.rendered"
        left_delimiter       = "(("
        right_delimiter      = "))"
        error_on_missing_key = true
        once                 = true
        change_mode          = "noop"
        vault_grace          = "5m"
      }

      template {
        data        = "{{ with secret \"kv/app\" }}{{ .Data.value }}{{ end }}"
        destination = "secrets/value"
        change_mode = "script"

        change_script {
          command       = "/bin/reload"
          args          = ["--now"]
          timeout       = "20s"
          fail_on_error = true
        }
      }
    }
  }
}
