job "reserved" {
  group "app" {
    network {
      reserved_ports "ssh" {
        static = 22
      }
    }

    task "app" {
      driver = "raw_exec"

      service {
        name = "reserved-ssh"
        port = "ssh"
      }

      config {
        command = "/usr/sbin/sshd"
      }
    }
  }
}
