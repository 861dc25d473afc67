# expect: 7: must be one of optional, required, forbidden
# expect: 9: 'input' is in meta_required too
job "encode" {
  type = "batch"

  parameterized {
    payload       = "maybe"
    meta_required = ["input"]
    meta_optional = ["title", "input"]
  }

  group "encode" {
    task "encode" {
      driver = "docker"

      config {
        image = "example/encode:1"
      }
    }
  }
}
