# The provider as a user writes it: only the endpoints tell that this is not AWS.
terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region            = var.region
  s3_use_path_style = true

  endpoints {
    cloudtrail = var.endpoint
    kms        = var.endpoint
    s3         = var.endpoint
    sns        = var.endpoint
    sts        = var.endpoint
  }
}

variable "endpoint" {
  type        = string
  description = "Where the server listens."
}

variable "region" {
  type    = string
  default = "us-east-1"
}
