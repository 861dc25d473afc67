# expect: 9: unknown constraint operator 'equals'
# expect: 14: nodes have no ${node.name}
# expect: 21: is no version constraint
# expect: 27: does not compile
# expect: 35: distinct_hosts is not allowed in a task
job "web" {
  constraint {
    attribute = "${attr.kernel.name}"
    operator  = "equals"
    value     = "linux"
  }

  constraint {
    attribute = "${node.name}"
    value     = "web-1"
  }

  constraint {
    attribute = "${attr.nomad.version}"
    operator  = "version"
    value     = "newer than 1.8"
  }

  constraint {
    attribute = "${node.class}"
    operator  = "regexp"
    value     = "(unclosed"
  }

  group "web" {
    task "web" {
      driver = "docker"

      constraint {
        distinct_hosts = true
      }

      config {
        image = "nginx"
      }
    }
  }
}
