job "traefik" {
  namespace   = "default"
  type        = "service"
  datacenters = ["*"]
  priority    = 80
  meta        = {
    nomadeploy_project = "shop"
    nomadeploy_stack = "shop"
    nomadeploy_environment = "dev"
  }

  constraint {
    attribute = "${meta.nomadeploy_traefik}"
    operator  = "is_set"
  }

  # One at a time, without canaries: the ports are the node's, so the old one has to leave first.
  update {
    max_parallel      = 1
    health_check      = "checks"
    min_healthy_time  = "5s"
    healthy_deadline  = "5m"
    progress_deadline = "10m"
    auto_revert       = false
  }

  group "traefik" {
    count = 1

    network {
      mode = "host"

      port "web" {
        static = 80
      }

      port "websecure" {
        static = 443
      }

      port "api" {
        static = 5000
      }

      port "metrics" {
        static = 8082
      }
    }

    # No consul block here or in the task: Nomad's token for this very service lets it ask for its certificate.
    service {
      name     = "traefik"
      port     = "websecure"
      provider = "consul"
      task     = "traefik"

      connect {
        native = true
      }

      check {
        name     = "ping"
        type     = "script"
        task     = "traefik"
        command  = "/bin/sh"
        # Consul takes exit code 1 for a mere warning.
        args     = ["-c", "\"$@\" || exit 2", "check", "${meta.nomadeploy_traefik}", "healthcheck", "--configFile=${NOMAD_TASK_DIR}/traefik.yaml"]
        interval = "10s"
        timeout  = "5s"
      }
    }

    task "traefik" {
      driver       = "raw_exec"
      kill_timeout = "15s"

      config {
        command = "${meta.nomadeploy_traefik}"
        args    = ["--configFile=${NOMAD_TASK_DIR}/traefik.yaml"]
      }

      template {
        destination = "local/traefik.yaml"
        data        = <<-EOT
          global: {checkNewVersion: false, sendAnonymousUsage: false}
          log: {level: "INFO", noColor: true}
          entryPoints:
            "web":
              address: ":80"
              http: {redirections: {entryPoint: {to: websecure, scheme: https}}}
            "websecure":
              address: ":443"
              http: {tls: {}}
            "api":
              address: ":5000"
            metrics:
              address: "127.0.0.1:8082"
          ping: {entryPoint: metrics}
          metrics:
            prometheus: {entryPoint: metrics, addEntryPointsLabels: true, addServicesLabels: true}
          providers:
            consulCatalog:
              # Address and token of Consul come from the environment that Nomad gives a native task.
              serviceName: "traefik"
              connectAware: true
              exposedByDefault: false
              refreshInterval: 1s
            file:
              filename: "{{ env "NOMAD_TASK_DIR" }}/certificates.yaml"
        EOT
      }

      template {
        destination = "local/certificates.yaml"
        change_mode = "noop" # Traefik watches the file itself
        data        = <<-EOT
          tls:
            stores:
              default:
                defaultCertificate:
                  certFile: "/etc/ssl/a.pem"
                  keyFile: "/etc/ssl/a.key"
        EOT
      }

      resources {
        cpu    = 100
        memory = 128
      }
    }
  }
}
