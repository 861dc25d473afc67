job "docker-maps" {
  group "app" {
    task "app" {
      driver = "docker"

      config {
        image = "nginx"

        labels = {
          "com.example.team" = "payments"
        }

        sysctl = {
          "net.core.somaxconn" = "16384"
        }

        ulimit = [{ nofile = "2048" }]

        mounts = [
          {
            type   = "tmpfs"
            target = "/tmp"
            tmpfs_options = {
              size = 1000
            }
          },
        ]

        logging = {
          driver = "json-file"
          config = [{ max-size = "10m" }]
        }
      }
    }
  }
}
