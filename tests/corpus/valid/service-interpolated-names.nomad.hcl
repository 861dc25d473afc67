job "named" {
  group "app" {
    count = 2

    network {
      port "http" {}
    }

    service {
      name = "${JOB}-${TASKGROUP}-http"
      port = "http"
      tags = ["index-${NOMAD_ALLOC_INDEX}"]
    }

    service {
      name = "${NOMAD_META_service_name}"
      port = "http"
    }

    task "app" {
      driver = "docker"

      meta {
        service_name = "other"
      }

      config {
        image = "example/app:${NOMAD_META_version}"
        ports = ["http"]
      }
    }
  }
}
