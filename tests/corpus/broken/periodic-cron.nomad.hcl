# expect: 7: '25' is not possible as the hour
# expect: 8: there is no time zone
job "nightly" {
  type = "batch"

  periodic {
    cron      = "0 25 * * *"
    time_zone = "Europe/Atlantis"
  }

  group "nightly" {
    task "dump" {
      driver = "docker"

      config {
        image = "example/dump:1"
      }
    }
  }
}
