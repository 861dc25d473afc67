job "ledger" {
  group "ledger" {
    network {
      port "grpc" {}
    }

    service {
      name = "ledger"
      port = "grpc"

      check {
        type            = "grpc"
        grpc_service    = "ledger.v1.Health"
        grpc_use_tls    = true
        tls_server_name = "ledger.internal"
        interval        = "15s"
        timeout         = "3s"
      }
    }

    task "ledger" {
      driver = "exec"

      config {
        command = "/usr/bin/ledger"
      }
    }
  }
}
