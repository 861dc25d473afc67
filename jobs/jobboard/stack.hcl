description = "App A, public over HTTPS, asks the private App B whose token it was given"
