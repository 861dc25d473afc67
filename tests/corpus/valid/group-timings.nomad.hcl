job "timings" {
  group "app" {
    shutdown_delay             = "6s"
    prevent_reschedule_on_lost = true

    ephemeral_disk {
      size    = 500
      sticky  = true
      migrate = true
    }

    task "app" {
      driver         = "docker"
      kill_signal    = "SIGINT"
      kill_timeout   = "45s"
      shutdown_delay = "500ms"
      leader         = true

      config {
        image = "nginx"
      }

      logs {
        max_files     = 20
        max_file_size = 20
        disabled      = false
      }
    }
  }
}
