# How Traefik runs

variable "driver" {
  description = "Nomad task driver; docker takes `image`, raw_exec takes `binary`"
  type        = string
  default     = "raw_exec"

  validation {
    condition     = contains(["docker", "raw_exec"], var.driver)
    error_message = "driver is docker or raw_exec"
  }
}

variable "binary" {
  description = "Traefik executable for raw_exec; a node names it in its meta nomadeploy_traefik"
  type        = string
  default     = "$${meta.nomadeploy_traefik}"
}

variable "count" {
  description = "allocations to run, each on a node of its own because the ports are the node's"
  type        = integer
  default     = 1
}

variable "log_level" {
  description = "Traefik's log level"
  type        = string
  default     = "INFO"
}

variable "access_log" {
  description = "write a line for each request to the task's stdout"
  type        = bool
  default     = false
}

# Ways in

variable "http_port" {
  description = "port of the entrypoint `web`, which only redirects to HTTPS"
  type        = integer
  default     = 80
}

variable "https_port" {
  description = "port of the entrypoint `websecure`"
  type        = integer
  default     = 443
}

variable "metrics_port" {
  description = "port of Traefik's metrics and ping, on the node's loopback address alone"
  type        = integer
  default     = 8082
}

variable "entrypoints" {
  description = "further entrypoints by name, with their ports"
  type        = map(integer)
  default     = {}
}

variable "certificate" {
  description = "PEM file of the certificate, with its chain, on the node; Traefik signs one of its own where empty"
  type        = string
  default     = ""
}

variable "certificate_key" {
  description = "PEM file of the certificate's key, on the node"
  type        = string
  default     = ""
}

variable "dynamic_directory" {
  description = "directory on the node with files of dynamic configuration, read again when they change; takes the place of `certificate`"
  type        = string
  default     = ""
}

# The mesh

variable "refresh_interval" {
  description = "how often Traefik reads the routes from Consul"
  type        = duration
  default     = "1s"
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
  default     = 80
}
