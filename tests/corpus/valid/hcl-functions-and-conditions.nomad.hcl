job "functions" {
  datacenters = split(",", "dc1,dc2")
  priority    = max(10, 20)

  meta {
    stamp = format("%s-%03d", "v", 7)
    yes   = true ? "a" : "b"
    list  = join(",", [for x in ["a", "b"] : upper(x) if x != "b"])
  }

  group "app" {
    count = length(["a", "b"])

    task "app" {
      driver = "docker"

      template {
        data        = jsonencode({ a = 1, b = [true, null] })
        destination = "local/${lower("A")}.json"
      }

      config {
        image = "nginx:${"1.27"}"
        args = concat(["a"], [
          "b",
        ])
      }
    }
  }
}
