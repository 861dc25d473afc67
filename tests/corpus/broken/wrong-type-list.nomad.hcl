# expect: 3: must be a list of strings, not 'dc1'
job "web" {
  datacenters = "dc1"

  group "web" {
    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
