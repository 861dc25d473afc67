# How the app runs

variable "driver" {
  description = "Nomad task driver; docker takes `image`, exec and raw_exec take `process`"
  type        = string
  default     = "docker"

  validation {
    condition     = contains(["docker", "exec", "raw_exec"], var.driver)
    error_message = "driver is docker, exec or raw_exec"
  }
}

variable "count" {
  description = "allocations to run; `scaling` takes its place where it is given"
  type        = integer
  default     = 1
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

variable "prepare" {
  description = "command that runs in the image before the app starts, as its schema loader (docker)"
  type        = list(string)
  default     = []
}

variable "process" {
  description = "what exec and raw_exec run; a relative directory is meant from the project's root, a relative command from the directory"
  type = object({
    command   = optional(list(string), [])
    prepare   = optional(list(string), [])
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

# The mesh

variable "isolation" {
  description = "who keeps everybody but the sidecar away from the app's port: a firewall in the allocation, or the app itself by listening on loopback alone"
  type        = string
  default     = "firewall"

  validation {
    condition     = contains(["firewall", "loopback"], var.isolation)
    error_message = "isolation is firewall or loopback"
  }
}

variable "sidecar" {
  description = "driver of the Envoy sidecar and of the firewall task; docker for docker apps, else raw_exec"
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

variable "firewall_image" {
  description = "image with iptables for the firewall beside a docker sidecar; a node names it in its meta nomadeploy_firewall_image"
  type        = string
  default     = "$${meta.nomadeploy_firewall_image}"
}

variable "sidecar_check" {
  description = "how the sidecar is checked: `ready` asks Envoy from the app's task as often as the app's own check does (the task needs sh and curl, wget or python3), `tcp` tries its port from the node every 10 s"
  type        = string
  default     = "ready"

  validation {
    condition     = contains(["ready", "tcp"], var.sidecar_check)
    error_message = "sidecar_check is ready or tcp"
  }
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

variable "tags" {
  description = "further Consul tags, such as Traefik middlewares"
  type        = list(string)
  default     = []
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

variable "shutdown_delay" {
  description = "time between leaving Consul and the stop signal, for requests under way"
  type        = duration
  default     = "2s"
}

variable "kill_timeout" {
  description = "time to stop before the app is killed"
  type        = duration
  default     = "10s"
}

variable "restart" {
  description = "how often a failed task is started again on its node"
  type = object({
    attempts = optional(number, 3)
    interval = optional(string, "5m")
    delay    = optional(string, "5s")
    mode     = optional(string, "fail")
  })
  default = {}
}

variable "logs" {
  description = "log files kept of each task, and the size of each in MB"
  type = object({
    max_files     = optional(number, 3)
    max_file_size = optional(number, 10)
  })
  default = {}
}
