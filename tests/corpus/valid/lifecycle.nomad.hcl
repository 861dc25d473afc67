job "lifecycle" {
  group "app" {
    task "migrate" {
      driver = "docker"

      lifecycle {
        hook = "prestart"
      }

      config {
        image = "example/migrate:1"
      }
    }

    task "agent" {
      driver = "docker"

      lifecycle {
        hook    = "prestart"
        sidecar = true
      }

      config {
        image = "example/agent:1"
      }
    }

    task "warm" {
      driver = "docker"

      lifecycle {
        hook    = "poststart"
        sidecar = false
      }

      config {
        image = "curlimages/curl"
        args  = ["http://127.0.0.1/warm"]
      }
    }

    task "clean" {
      driver = "docker"

      lifecycle {
        hook = "poststop"
      }

      config {
        image = "example/clean:1"
      }
    }

    task "main" {
      driver = "docker"
      leader = true

      config {
        image = "example/main:1"
      }
    }
  }
}
