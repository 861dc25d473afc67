# expect: 10: max (4) must not be less than min (6)
# expect: 23: count (5) must not be more than
# expect: 40: max is missing
job "web" {
  group "crossed" {
    count = 5

    scaling {
      min = 6
      max = 4
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }

  group "outside" {
    count = 5

    scaling {
      min = 1
      max = 4
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }

  group "unbounded" {
    scaling {
      min = 1
    }

    task "web" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
