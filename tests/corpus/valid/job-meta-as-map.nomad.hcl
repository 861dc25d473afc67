job "meta-map" {
  meta = {
    "team.name" = "payments"
    "on call"   = "nobody"
  }

  group "app" {
    meta = {
      tier = 1
    }

    task "server" {
      driver = "exec"

      env = {
        "app.mode" = "quiet"
        RETRIES    = 3
      }

      meta = {
        probe = false
      }

      config {
        command = "sleep"
        args    = ["3600"]
      }
    }
  }
}
