# expect: 10: did you mean 'volumes'
# oracle: silent: the server never looks into a driver's config; the task fails when it starts
job "web" {
  group "web" {
    task "web" {
      driver = "docker"

      config {
        image   = "nginx"
        volumns = ["local:/srv"]
      }
    }
  }
}
