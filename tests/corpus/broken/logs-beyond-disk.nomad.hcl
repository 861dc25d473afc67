# expect: 13: do not fit on an ephemeral disk
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }

      logs {
        max_files     = 10
        max_file_size = 50
      }
    }
  }
}
