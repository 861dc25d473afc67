# expect: 4: network takes no label
job "web" {
  group "web" {
    network "public" {
      mode = "bridge"
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
