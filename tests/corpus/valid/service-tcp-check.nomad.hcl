job "database" {
  group "database" {
    network {
      port "sql" {
        static = 5432
      }
    }

    service {
      port = "sql"

      check {
        type     = "tcp"
        interval = "5s"
        timeout  = "1s"
      }
    }

    task "postgres" {
      driver = "docker"

      config {
        image = "postgres:16"
        ports = ["sql"]
      }
    }
  }
}
