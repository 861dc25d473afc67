job "nightly" {
  type = "batch"

  periodic {
    crons            = ["0 3 * * *", "*/15 8-17 * * MON-FRI", "@weekly"]
    prohibit_overlap = true
    time_zone        = "Europe/Berlin"
    enabled          = true
  }

  group "nightly" {
    task "dump" {
      driver = "raw_exec"

      config {
        command = "/usr/bin/pg_dump"
      }
    }
  }
}
