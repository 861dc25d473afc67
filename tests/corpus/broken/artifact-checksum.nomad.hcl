# expect: 11: must be one of any, file, dir
# expect: 14: has 64 hexadecimal digits
# expect: 18: source is missing
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      artifact {
        source = "https://example.com/app.tgz"
        mode   = "tarball"

        options {
          checksum = "sha256:abc"
        }
      }

      artifact {
        destination = "local"
      }

      config {
        image = "nginx"
      }
    }
  }
}
