job "csi-volumes" {
  group "shards" {
    count = 3

    volume "shard" {
      type            = "csi"
      source          = "shard"
      per_alloc       = true
      access_mode     = "single-node-writer"
      attachment_mode = "file-system"

      mount_options {
        fs_type     = "ext4"
        mount_flags = ["noatime"]
      }
    }

    volume "shared" {
      type            = "csi"
      source          = "shared"
      read_only       = true
      access_mode     = "multi-node-reader-only"
      attachment_mode = "file-system"
    }

    task "app" {
      driver = "docker"

      volume_mount {
        volume      = "shard"
        destination = "/data"
      }

      volume_mount {
        volume      = "shared"
        destination = "/shared"
        read_only   = true
      }

      config {
        image = "example/shard:2"
      }
    }
  }
}
