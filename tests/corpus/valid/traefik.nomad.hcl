job "traefik" {
  type = "system"

  group "traefik" {
    network {
      mode = "host"

      port "web" {
        static = 80
      }

      port "websecure" {
        static = 443
      }
    }

    service {
      name = "traefik"
      port = "web"
      task = "traefik"

      connect {
        native = true
      }

      check {
        type     = "http"
        path     = "/ping"
        port     = "web"
        interval = "10s"
        timeout  = "2s"
      }
    }

    task "traefik" {
      driver = "raw_exec"
      user   = "root"

      template {
        destination = "local/traefik.yaml"
        data        = <<-YAML
          entryPoints:
            web: { address: ":80" }
          providers:
            consulCatalog:
              connectAware: true
              exposedByDefault: false
        YAML
      }

      config {
        command = "traefik"
        args    = ["--configFile=${NOMAD_TASK_DIR}/traefik.yaml"]
      }

      resources {
        cpu    = 200
        memory = 128
      }
    }
  }
}
