# expect: 3: did you mean 'datacenters'
job "web" {
  datacentres = ["dc1"]

  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
