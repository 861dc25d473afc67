# expect: 9: change_signal is missing
# expect: 10: may hold only letters
# expect: 16: the default identity has no ttl
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      identity {
        name        = "aws token"
        aud         = ["aws"]
        change_mode = "signal"
      }

      identity {
        ttl = "1h"
      }

      config {
        image = "nginx"
      }
    }
  }
}
