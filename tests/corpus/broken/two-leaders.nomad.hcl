# expect: 14: a task cannot be named "alloc"
# expect: 16: is the leader already
job "web" {
  group "web" {
    task "a" {
      driver = "docker"
      leader = true

      config {
        image = "nginx"
      }
    }

    task "alloc" {
      driver = "docker"
      leader = true

      config {
        image = "nginx"
      }
    }
  }
}
