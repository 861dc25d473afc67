app {
  url = "https://docs.python.org/3/library/http.server.html"
}

pack {
  name        = "static-site"
  description = "Files over HTTP, from a directory or a checksummed archive, with settings given at run time"
  version     = "0.1.0"
}

nomadeploy {
  kind     = "service"
  supports = ["image", "port", "public", "check", "scaling", "update", "resources"]
}
