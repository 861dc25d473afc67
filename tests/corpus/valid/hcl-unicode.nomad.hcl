job "umlaute-und-mehr" {
  meta {
    grüße = "Grüße, 世界 🚀"
    tab   = "a\tb\nc\\d\u00e9"
  }

  group "app" {
    task "app" {
      driver = "docker"

      config {
        image = "nginx"
      }
    }
  }
}
