# expect: 5: set_contains_any has no short form
job "web" {
  constraint {
    attribute        = "${meta.features}"
    set_contains_any = "gpu"
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
