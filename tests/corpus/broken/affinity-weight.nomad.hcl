# expect: 7: weight must be between -100 and 100 and not 0
# expect: 10: add up to 110; at most 100
job "web" {
  affinity {
    attribute = "${node.class}"
    value     = "large"
    weight    = 0
  }

  spread {
    attribute = "${node.datacenter}"

    target "dc1" {
      percent = 70
    }

    target "dc2" {
      percent = 40
    }
  }

  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
