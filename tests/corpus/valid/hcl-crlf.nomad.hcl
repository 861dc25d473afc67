job "crlf" {
  group "app" {
    task "app" {
      driver = "docker"

      config {
        image = "nginx"
      }

      template {
        data = <<EOT
one
two
EOT
        destination = "local/x"
      }
    }
  }
}
