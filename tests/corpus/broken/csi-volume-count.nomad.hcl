# expect: 9: allows one allocation, but count is 2
job "web" {
  group "web" {
    count = 2

    volume "data" {
      type            = "csi"
      source          = "data"
      access_mode     = "single-node-writer"
      attachment_mode = "file-system"
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
