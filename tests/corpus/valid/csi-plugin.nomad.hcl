job "csi-node" {
  type = "system"

  group "nodes" {
    task "plugin" {
      driver = "docker"

      csi_plugin {
        id                     = "org.example.csi"
        type                   = "node"
        mount_dir              = "/csi"
        stage_publish_base_dir = "/local/csi"
        health_timeout         = "30s"
      }

      config {
        image      = "example/csi:1"
        privileged = true
        args       = ["--endpoint=unix:///csi/csi.sock"]
      }
    }
  }
}
