# What the scenario changes between two applies.

variable "logging" {
  type        = bool
  default     = true
  description = "Whether the trails log."
}

variable "tags" {
  type        = map(string)
  default     = { team = "pugs", cost = "" }
  description = "Tags of everything that has tags."
}

variable "watched" {
  type        = list(string)
  default     = ["arn:aws:s3:::"]
  description = "Objects whose events are logged: ARNs, or beginnings of some."
}

variable "retention_days" {
  type        = number
  default     = 90
  description = "How long the event data store keeps records."
}

data "aws_caller_identity" "me" {}
data "aws_partition" "here" {}
data "aws_region" "here" {}
data "aws_cloudtrail_service_account" "old" {}

locals {
  account = data.aws_caller_identity.me.account_id
  region  = data.aws_region.here.name
  arn     = "arn:${data.aws_partition.here.partition}"
  trails  = [for name in ["basic", "advanced"] : "${local.arn}:cloudtrail:${local.region}:${local.account}:trail/${name}"]
}
