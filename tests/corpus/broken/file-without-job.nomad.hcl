# expect: 0: the file has no job block
variable "image" {
  default = "nginx"
}
