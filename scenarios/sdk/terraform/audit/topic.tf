# The topic that is told of deliveries.

resource "aws_sns_topic" "delivered" {
  name         = "delivered"
  display_name = "Log files"
  tags         = var.tags
}

resource "aws_sns_topic_policy" "delivered" {
  arn    = aws_sns_topic.delivered.arn
  policy = data.aws_iam_policy_document.topic.json
}

data "aws_iam_policy_document" "topic" {
  statement {
    sid       = "AWSCloudTrailSNSPolicy"
    actions   = ["SNS:Publish"]
    resources = [aws_sns_topic.delivered.arn]
    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
    }
  }
}
