# expect: 2: the job has no group
job "web" {
  type = "service"
}
