app "app-b" {
  pack   = "service"
  driver = var.driver
  image  = "jobboard/app-b:${var.release}"
  port   = 5001

  # Its image brings the database; elsewhere it is made before the app starts.
  process {
    directory = "apps/jobboard/app_b"
    env       = { DATABASE = "$${NOMAD_ALLOC_DIR}/data/database.db" }
    prepare   = ["../.venv/bin/python3", "load_schema.py"]
    command   = ["../.venv/bin/python3", "-m", "gunicorn", "--bind=0.0.0.0:5001", "--threads=4", "app_b:application"]
  }

  check {
    command = ["python3", "check.py"]
  }

  environment "dev" {
    shutdown_delay = "0s"
    check { interval = "2s" }
    update { min_healthy_time = "0s" }
  }
}
