job "directives" {
  group "app" {
    task "app" {
      driver = "docker"

      template {
        destination = "local/hosts"
        data        = <<EOT
%{ for name in ["a", "b"] ~}
${name} = 127.0.0.1
%{ endfor ~}
EOT
      }

      config {
        image = "nginx"
      }
    }
  }
}
