# A trail that was made by other means, as `terraform import` takes it over.

variable "name" {
  type = string
}

variable "bucket" {
  type = string
}

resource "aws_cloudtrail" "adopted" {
  name                       = var.name
  s3_bucket_name             = var.bucket
  s3_key_prefix              = "logs"
  enable_log_file_validation = true
  is_multi_region_trail      = true
  tags                       = { team = "pugs" }

  event_selector {
    read_write_type           = "WriteOnly"
    include_management_events = true
  }
}
