# expect: 7: must be one of host, csi
# expect: 11: attachment_mode = "file-system" or "block-device"
# expect: 14: needs read_only = true
job "web" {
  group "web" {
    volume "data" {
      type   = "nfs"
      source = "data"
    }

    volume "csi" {
      type        = "csi"
      source      = "csi"
      access_mode = "single-node-reader-only"
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
