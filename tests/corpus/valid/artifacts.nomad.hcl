job "artifacts" {
  group "app" {
    task "app" {
      driver = "exec"

      artifact {
        source      = "https://example.com/app-${NOMAD_META_version}.tgz"
        destination = "local/app"
        mode        = "dir"
        chown       = true

        options {
          checksum = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
          archive  = false
        }

        headers {
          User-Agent    = "nomad-${NOMAD_JOB_ID}"
          X-Nomad-Alloc = "${NOMAD_ALLOC_ID}"
        }
      }

      artifact {
        source   = "git::git@github.com:example/repo"
        insecure = true

        options {
          ref   = "main"
          depth = 1
        }
      }

      artifact {
        source = "s3::https://bucket.s3.amazonaws.com/app.bin"
        mode   = "file"

        options {
          checksum = "md5:${NOMAD_META_checksum}"
        }
      }

      config {
        command = "local/app/run"
      }
    }
  }
}
