# expect: 4: Invalid expression
job "web" {
  group "web" {
    count = = 3

    task "web" {
      driver = "docker"
    }
  }
}
