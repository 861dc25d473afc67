job "everything" {
  region      = "global"
  namespace   = "default"
  id          = "everything-1"
  name        = "everything"
  type        = "service"
  priority    = 70
  all_at_once = false
  datacenters = ["dc1", "eu-*"]
  node_pool   = "default"

  meta {
    owner     = "payments"
    cost_code = 4711
    critical  = true
  }

  group "app" {
    task "server" {
      driver = "raw_exec"

      config {
        command = "/bin/sleep"
        args    = ["infinity"]
      }
    }
  }
}
