job "caller" {
  type = "batch"

  group "caller" {
    network {
      mode = "bridge"
    }

    service {
      name = "caller"

      connect {
        sidecar_service {
          proxy {
            upstreams {
              destination_name = "mesh-api"
              local_bind_port  = 8080
            }
          }
        }
      }
    }

    task "call" {
      driver = "docker"

      config {
        image   = "curlimages/curl"
        command = "curl"
        args    = ["-fsS", "http://127.0.0.1:8080/"]
      }
    }
  }
}
