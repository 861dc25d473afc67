job "exec" {
  group "app" {
    task "app" {
      driver = "exec"
      user   = "nobody"

      config {
        command  = "/usr/bin/python3"
        args     = ["-m", "http.server", "${NOMAD_PORT_http}"]
        pid_mode = "private"
        ipc_mode = "host"
        cap_add  = ["net_raw"]
        cap_drop = ["mknod"]
        work_dir = "/local"
      }
    }

    network {
      port "http" {}
    }
  }
}
