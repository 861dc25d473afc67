# expect: 11: another port labelled 'http'
# expect: 14: port 80 is taken by 'http' already
# expect: 18: must be at most 65535
job "web" {
  group "web" {
    network {
      port "http" {
        static = 80
      }

      port "http" {}

      port "www" {
        static = 80
      }

      port "big" {
        to = 70000
      }
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
