app "app-a" {
  pack   = "service"
  driver = var.driver
  image  = "jobboard/app-a:${var.release}"
  port   = 5000
  calls  = ["app-b"]

  process {
    directory = "apps/jobboard/app_a"
    command   = ["../.venv/bin/python3", "-m", "gunicorn", "--bind=0.0.0.0:5000", "--threads=4", "app_a:application"]
  }

  public {
    host = "app-a.${var.domain}"
  }
  check {
    path = "/health"
  }
  smoke {
    method      = "POST"
    path        = "/jobs"
    headers     = { Authorization = "mytoken" }
    body_equals = "Jobs:\nTitle: Devops\nDescription: Awesome\n"
  }

  environment "dev" {
    shutdown_delay = "0s"
    check { interval = "2s" }
    update { min_healthy_time = "0s" }
  }
}
