# What it runs

variable "driver" {
  description = "Nomad task driver; docker takes `image`, exec and raw_exec take `process`"
  type        = string
  default     = "docker"

  validation {
    condition     = contains(["docker", "exec", "raw_exec"], var.driver)
    error_message = "driver is docker, exec or raw_exec"
  }
}

variable "env" {
  description = "environment variables; $${NOMAD_…} is left for Nomad to fill in"
  type        = map(string)
  default     = {}
}

variable "command" {
  description = "command for the image to run instead of its own (docker)"
  type        = list(string)
  default     = []
}

variable "process" {
  description = "what exec and raw_exec run; a relative directory is meant from the project's root, a relative command from the directory"
  type = object({
    command   = optional(list(string), [])
    directory = optional(string, "")
    user      = optional(string, "")
    env       = optional(map(string), {})
  })
  default = {}
}

variable "artifact" {
  description = "archive to fetch and unpack into the task's local/ directory, with its checksum"
  type = object({
    source   = string
    checksum = string
  })
  default = null
}

variable "volumes" {
  description = "host volumes by name, and where the app sees them"
  type = map(object({
    destination = string
    read_only   = optional(bool, true)
  }))
  default = {}
}

variable "retries" {
  description = "how often a failed run is tried again on its node"
  type        = integer
  default     = 0
}

variable "retry_delay" {
  description = "time between two tries"
  type        = duration
  default     = "5s"
}

# When it runs: at once, or

variable "periodic" {
  description = "run by the clock, as cron says"
  type = object({
    cron             = string
    time_zone        = optional(string, "UTC")
    prohibit_overlap = optional(bool, true)
  })
  default = null
}

variable "parameterized" {
  description = "run on demand, by `nomad job dispatch`"
  type = object({
    payload       = optional(string, "optional")
    meta_required = optional(list(string), [])
    meta_optional = optional(list(string), [])
  })
  default = null
}

# The mesh, where it calls other apps

variable "sidecar" {
  description = "driver of the Envoy sidecar; docker for docker apps, else raw_exec"
  type        = string
  default     = ""

  validation {
    condition     = contains(["", "docker", "raw_exec"], var.sidecar)
    error_message = "sidecar is docker or raw_exec"
  }
}

variable "envoy" {
  description = "Envoy executable for a raw_exec sidecar; a node names it in its meta nomadeploy_envoy"
  type        = string
  default     = "$${meta.nomadeploy_envoy}"
}

variable "sidecar_cpu_mhz" {
  description = "CPU that the sidecar reserves, in MHz"
  type        = integer
  default     = 50
}

variable "sidecar_memory_mb" {
  description = "memory that the sidecar reserves, in MB"
  type        = integer
  default     = 64
}

# Placement and lifecycle

variable "datacenters" {
  description = "datacenters that may run it"
  type        = list(string)
  default     = ["*"]
}

variable "node_pool" {
  description = "node pool that runs it; Nomad's default pool where empty"
  type        = string
  default     = ""
}

variable "constraints" {
  description = "what a node must have, as Nomad constraints"
  type = list(object({
    attribute = string
    operator  = optional(string, "=")
    value     = optional(string, "")
  }))
  default = []
}

variable "priority" {
  description = "Nomad priority, 1 to 100"
  type        = integer
  default     = 50
}

variable "kill_timeout" {
  description = "time to stop before the app is killed"
  type        = duration
  default     = "10s"
}

variable "logs" {
  description = "log files kept of each task, and the size of each in MB"
  type = object({
    max_files     = optional(number, 3)
    max_file_size = optional(number, 10)
  })
  default = {}
}
