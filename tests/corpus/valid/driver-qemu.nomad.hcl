job "qemu" {
  group "vm" {
    network {
      port "ssh" {}
    }

    task "vm" {
      driver = "qemu"

      config {
        image_path        = "local/linux.img"
        accelerator       = "kvm"
        emulator          = "qemu-system-x86_64"
        machine_type      = "q35"
        drive_interface   = "virtio"
        graceful_shutdown = true
        guest_agent       = false
        args              = ["-nodefaults", "-nodefconfig"]

        port_map {
          ssh = 22
        }
      }
    }
  }
}
