job "constraints" {
  constraint {
    attribute = "${attr.kernel.name}"
    value     = "linux"
  }

  constraint {
    attribute = "${attr.cpu.arch}"
    operator  = "!="
    value     = "arm"
  }

  constraint {
    attribute = "${attr.nomad.version}"
    operator  = "version"
    value     = ">= 1.8.0, < 2.0.0"
  }

  constraint {
    attribute = "${attr.consul.version}"
    operator  = "semver"
    value     = ">= 1.20.0-rc1"
  }

  constraint {
    attribute = "${node.unique.name}"
    operator  = "regexp"
    value     = "^web-[0-9]{1,3}$"
  }

  constraint {
    attribute    = "${meta.features}"
    set_contains = "gpu,ssd"
  }

  constraint {
    attribute = "${meta.features}"
    operator  = "set_contains_any"
    value     = "gpu,ssd"
  }

  constraint {
    attribute = "${attr.driver.docker}"
    operator  = "is_set"
  }

  constraint {
    attribute = "${meta.retired}"
    operator  = "is_not_set"
  }

  constraint {
    distinct_hosts = true
  }

  constraint {
    operator = "distinct_hosts"
    value    = "false"
  }

  constraint {
    distinct_property = "${meta.rack}"
    value             = "3"
  }

  constraint {
    operator  = "distinct_property"
    attribute = "${node.datacenter}"
  }

  constraint {
    attribute = "${attr.memory.totalbytes}"
    operator  = ">"
    value     = 1000000000
  }

  constraint {
    attribute = "${attr.vault.version}"
    version   = "~> 1.15"
  }

  constraint {
    attribute = "${node.class}"
    regexp    = "(?i)compute|general"
  }

  group "app" {
    constraint {
      attribute = "${node.pool}"
      value     = "default"
    }

    task "app" {
      driver = "docker"

      constraint {
        attribute = "${attr.os.name}"
        operator  = "="
        value     = "debian"
      }

      config {
        image = "nginx"
      }
    }
  }
}
