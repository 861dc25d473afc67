job "identities" {
  group "app" {
    task "app" {
      driver = "docker"

      identity {
        env  = true
        file = true
      }

      identity {
        name          = "aws"
        aud           = ["sts.amazonaws.com"]
        ttl           = "1h"
        change_mode   = "signal"
        change_signal = "SIGUSR1"
        file          = true
        filepath      = "local/aws.jwt"
      }

      identity {
        name        = "vault_custom"
        aud         = ["vault.io", "other.io"]
        env         = true
        change_mode = "restart"
        ttl         = "10m"
      }

      config {
        image = "example/app:1"
      }
    }
  }
}
