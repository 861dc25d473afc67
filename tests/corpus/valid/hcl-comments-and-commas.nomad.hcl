# a comment
// another one
/* and
   job "commented" {
   a third
*/
job "comments" { # behind a brace
  datacenters = [
    "dc1", # inside a list
    "dc2", // with a trailing comma
  ]

  /* in between */ priority = 50

  group "app" {
    meta = { a : "colon", "b" = "equals", c = "x" }

    task "app" {
      driver = "docker"
      config { image = "nginx" }

      env = {
        A = "1",
        B = "2"
        C = "it's a \"quote\" # no comment // here"
      }
    }
  }
}
