job "empty" {
  meta {}

  group "app" {
    restart {}
    ephemeral_disk {}
    network {}
    disconnect {}

    update {}

    task "app" {
      driver = "docker"

      env {}

      logs {}

      resources {}

      restart {}

      config {
        image = "nginx"
      }
    }
  }
}
