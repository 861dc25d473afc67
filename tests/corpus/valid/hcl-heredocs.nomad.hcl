job "heredocs" {
  group "app" {
    task "app" {
      driver = "docker"

      config {
        image   = "busybox"
        command = "sh"
        args = ["-c", <<-SCRIPT
          set -e
          # job "not-a-block" {
          count = many
          echo "${NOMAD_ALLOC_ID}" 'quoted' \n $HOME
          exec sleep infinity
        SCRIPT
        ]
      }

      template {
        destination = "local/config.ini"
        data        = <<INI
[section]
driver = docker
task "x" {
  wrong = service
}
key = %%{literal} and $${literal}
INI
      }

      env {
        MULTI = <<EOT
line one
line "two"
EOT
      }
    }
  }
}
