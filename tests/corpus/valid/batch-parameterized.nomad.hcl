job "encode" {
  type = "batch"

  parameterized {
    payload       = "required"
    meta_required = ["input", "profile"]
    meta_optional = ["title"]
  }

  group "encode" {
    task "encode" {
      driver = "exec"

      dispatch_payload {
        file = "config.json"
      }

      config {
        command = "/usr/bin/ffmpeg"
        args    = ["-i", "${NOMAD_META_input}", "-preset", "${NOMAD_META_profile}"]
      }
    }
  }
}
