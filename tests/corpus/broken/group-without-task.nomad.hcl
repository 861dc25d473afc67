# expect: 3: the group has no task
job "web" {
  group "web" {
    count = 1
  }
}
