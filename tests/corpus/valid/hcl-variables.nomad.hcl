variable "image" {
  type        = string
  default     = "nginx:1.27"
  description = "what to run"

  validation {
    condition     = var.image != ""
    error_message = "The image needs a name."
  }
}

variable "count" {
  type    = number
  default = 2
}

variable "ports" {
  type = list(object({
    label = string
    to    = number
  }))
  default = [
    { label = "http", to = 80 },
    { label = "admin", to = 8081 },
  ]
}

variables {
  region = "global"
  debug  = false
}

locals {
  name   = "app-${var.region}"
  limits = { cpu = 100, memory = 64 * 2 }
}

job "variables" {
  region = var.region
  type   = var.debug ? "batch" : "service"

  group "app" {
    count = var.count + 1

    network {
      dynamic "port" {
        for_each = var.ports
        labels   = [port.value.label]

        content {
          to = port.value.to
        }
      }
    }

    service {
      name = local.name
      port = "admin"
      tags = [for port in var.ports : upper(port.label)]
    }

    task "app" {
      driver = "docker"

      env {
        LOWER = lower("ABC")
        SUM   = 1 + 2
        TEXT  = "a-${var.count}-b"
      }

      config {
        image = var.image
        ports = var.ports[*].label
      }

      resources {
        cpu    = local.limits.cpu
        memory = local.limits["memory"]
      }
    }
  }
}
