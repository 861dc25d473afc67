job "shared-secrets" {
  group "app" {
    secret "team" {
      provider = "nomad"
      path     = "nomad/jobs/shared-secrets"
    }

    task "one" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }

    task "two" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
