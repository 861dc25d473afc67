# expect: 7: a system job runs once per node
# expect: 9: a system job takes no affinity block
job "agent" {
  type = "system"

  group "agent" {
    count = 2

    affinity {
      attribute = "${node.class}"
      value     = "large"
    }

    task "agent" {
      driver = "docker"

      config {
        image = "example/agent:1"
      }
    }
  }
}
