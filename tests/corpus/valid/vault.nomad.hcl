# oracle: refused: Vault "default" not enabled
# Whether Vault is there is a matter of the server's configuration.
job "vaulted" {
  group "app" {
    vault {
      role = "app"
    }

    task "inherits" {
      driver = "docker"

      config {
        image = "example/app:1"
      }
    }

    task "own" {
      driver = "docker"

      vault {
        role                   = "own"
        policies               = ["own"]
        namespace              = ""
        cluster                = "default"
        env                    = true
        disable_file           = true
        change_mode            = "signal"
        change_signal          = "SIGHUP"
        allow_token_expiration = true
      }

      config {
        image = "example/app:1"
      }
    }
  }
}
