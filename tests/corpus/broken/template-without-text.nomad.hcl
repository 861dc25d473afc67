# expect: 12: needs source (a file) or data
# expect: 16: destination is missing
# expect: 22: leads out of the allocation
# expect: 29: change_signal must not be empty
# expect: 34: another template is rendered to
# expect: 35: perms must be octal
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      template {
        destination = "local/app.conf"
      }

      template {
        data = "x"
      }

      template {
        data        = "x"
        destination = "../../../etc/passwd"
      }

      template {
        data          = "x"
        destination   = "local/y"
        change_mode   = "signal"
        change_signal = ""
      }

      template {
        data        = "x"
        destination = "local/y"
        perms       = "rw-r--r--"
      }

      config {
        image = "nginx"
      }
    }
  }
}
