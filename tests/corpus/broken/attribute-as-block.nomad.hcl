# expect: 8: args is an attribute
job "web" {
  group "web" {
    network {
      mode = "bridge"

      cni {
        args {
          vlan = "7"
        }
      }
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
