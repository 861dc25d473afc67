job "secrets" {
  group "app" {
    task "app" {
      driver = "docker"

      secret "database" {
        provider = "nomad"
        path     = "nomad/jobs/secrets"

        config {
          namespace = "default"
        }
      }

      secret "custom" {
        provider = "my_plugin"
        path     = "team/app"

        env {
          REGION = "eu"
        }
      }

      env {
        DB_PASSWORD = "${secret.database.password}"
      }

      config {
        image = "example/app:1"
      }
    }
  }
}
