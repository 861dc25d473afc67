# expect: 6: a system job takes no reschedule block
job "agent" {
  type = "system"

  group "agent" {
    reschedule {
      attempts = 1
    }

    task "agent" {
      driver = "docker"

      config {
        image = "example/agent:1"
      }
    }
  }
}
