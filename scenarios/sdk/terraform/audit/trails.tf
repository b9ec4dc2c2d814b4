# One trail with everything that a trail has and basic selectors, one with advanced selectors, and
# an event data store.

resource "aws_cloudtrail" "basic" {
  name                          = "basic"
  s3_bucket_name                = aws_s3_bucket.logs.id
  sns_topic_name                = aws_sns_topic.delivered.name
  kms_key_id                    = aws_kms_key.logs.arn
  enable_logging                = var.logging
  enable_log_file_validation    = true
  include_global_service_events = true
  is_multi_region_trail         = true
  tags                          = var.tags

  event_selector {
    read_write_type                  = "All"
    include_management_events        = true
    exclude_management_event_sources = ["kms.amazonaws.com"]
    data_resource {
      type   = "AWS::S3::Object"
      values = var.watched
    }
  }

  insight_selector {
    insight_type = "ApiCallRateInsight"
  }
  insight_selector {
    insight_type = "ApiErrorRateInsight"
  }

  depends_on = [
    aws_s3_bucket_policy.logs,
    aws_s3_bucket_object_lock_configuration.logs,
    aws_s3_bucket_server_side_encryption_configuration.logs,
    aws_s3_bucket_ownership_controls.logs,
    aws_s3_bucket_public_access_block.logs,
    aws_s3_bucket_lifecycle_configuration.logs,
    aws_sns_topic_policy.delivered,
  ]
}

resource "aws_cloudtrail" "advanced" {
  name           = "advanced"
  s3_bucket_name = aws_s3_bucket_policy.logs.bucket
  enable_logging = var.logging
  tags           = var.tags

  advanced_event_selector {
    name = "writes"
    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
    field_selector {
      field  = "readOnly"
      equals = ["false"]
    }
    field_selector {
      field      = "eventSource"
      not_equals = ["kms.amazonaws.com", "rdsdata.amazonaws.com"]
    }
  }
  advanced_event_selector {
    name = "objects"
    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }
    field_selector {
      field  = "resources.type"
      equals = ["AWS::S3::Object"]
    }
    field_selector {
      field       = "resources.ARN"
      starts_with = var.watched
    }
  }

  depends_on = [
    aws_s3_bucket_object_lock_configuration.logs,
    aws_s3_bucket_public_access_block.logs,
  ]
}

resource "aws_cloudtrail_event_data_store" "lake" {
  name                           = "lake"
  retention_period               = var.retention_days
  multi_region_enabled           = true
  termination_protection_enabled = false
  tags                           = var.tags

  advanced_event_selector {
    name = "writes"
    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
    field_selector {
      field  = "readOnly"
      equals = ["false"]
    }
  }
}

output "account" {
  value = local.account
}

output "trail" {
  value = aws_cloudtrail.basic.arn
}
