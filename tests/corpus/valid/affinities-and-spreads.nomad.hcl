job "placed" {
  affinity {
    attribute = "${node.datacenter}"
    value     = "eu-1"
    weight    = 100
  }

  affinity {
    attribute = "${meta.disk}"
    operator  = "set_contains_any"
    value     = "ssd,nvme"
    weight    = -50
  }

  affinity {
    attribute = "${attr.kernel.version}"
    version   = ">= 5.10"
  }

  spread {
    attribute = "${node.datacenter}"
    weight    = 100

    target "eu-1" {
      percent = 60
    }

    target "eu-2" {
      percent = 40
    }
  }

  spread {
    attribute = "${meta.rack}"
  }

  group "app" {
    count = 10

    affinity {
      attribute    = "${meta.features}"
      set_contains = "gpu"
      weight       = 10
    }

    spread {
      attribute = "${node.class}"
      weight    = 30

      target "large" {
        percent = 70
      }
    }

    task "app" {
      driver = "docker"

      affinity {
        attribute = "${node.class}"
        operator  = "not"
        value     = "small"
        weight    = 25
      }

      config {
        image = "nginx"
      }
    }
  }
}
