# oracle: refused: Vault "default" not enabled
# Whether Vault is there is a matter of the server's configuration.
job "vault-secret" {
  vault {
    role = "app"
  }

  group "app" {
    task "app" {
      driver = "docker"

      secret "api" {
        provider = "vault"
        path     = "secret/data/app"

        config {
          engine = "kv_v2"
        }
      }

      config {
        image = "nginx"
      }
    }
  }
}
