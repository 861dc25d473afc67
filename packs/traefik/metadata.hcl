app {
  url = "https://doc.traefik.io/traefik/providers/consul-catalog/"
}

pack {
  name        = "traefik"
  description = "Traefik as the way in: HTTPS from outside, mTLS through the Consul mesh inside"
  version     = "0.1.0"
}

nomadeploy {
  kind     = "platform"
  supports = ["image", "check", "update", "resources"]
}
