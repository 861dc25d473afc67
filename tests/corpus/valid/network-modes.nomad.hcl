job "networks" {
  group "bridge" {
    network {
      mode     = "bridge"
      hostname = "bridge-${NOMAD_ALLOC_INDEX}"

      port "http" {
        to = 8080
      }

      port "same" {
        to = -1
      }

      dns {
        servers  = ["10.0.0.2", "${attr.unique.network.ip-address}"]
        searches = ["internal.example.com"]
        options  = ["ndots:2"]
      }
    }

    task "app" {
      driver = "docker"

      config {
        image = "nginx"
        ports = ["http", "same"]
      }
    }
  }

  group "host" {
    network {
      mode = "host"

      port "one" {
        static           = 9090
        host_network     = "public"
        ignore_collision = true
      }

      port "two" {
        static           = 9090
        host_network     = "public"
        ignore_collision = true
      }
    }

    task "app" {
      driver = "raw_exec"

      config {
        command = "/bin/sleep"
        args    = ["${NOMAD_PORT_one}"]
      }
    }
  }

  group "cni" {
    network {
      mode     = "cni/macvlan"
      hostname = "cni.example.com"

      cni {
        args = {
          IgnoreUnknown = "1"
          vlan          = "7"
        }
      }
    }

    task "app" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }

  group "none" {
    network {
      mode = "none"
    }

    task "app" {
      driver = "docker"

      config {
        image = "busybox"
      }
    }
  }
}
