job "third-party" {
  group "app" {
    task "podman" {
      driver = "podman"

      config {
        image        = "docker://redis"
        network_mode = "slirp4netns"

        logging = {
          driver = "nomad"
        }
      }
    }

    task "mock" {
      driver = "mock_driver"

      config {
        run_for = "500s"

        anything "labelled" {
          nested {
            deep = [1, "two", { three = 3 }]
          }
        }
      }
    }

    task "no-config" {
      driver = "exec2-custom"
    }
  }
}
