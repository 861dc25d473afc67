# expect: 5: a batch job takes no update block
job "report" {
  type = "batch"

  update {
    max_parallel = 2
  }

  group "report" {
    task "report" {
      driver = "docker"

      config {
        image = "example/report:1"
      }
    }
  }
}
