"""What the scenarios of trails share: buckets that let CloudTrail in."""

import json

from lake import name

REGION = "us-east-1"


def statement(account, bucket, trail, prefix=""):
    """The statements that AWS tells people to write, for one trail."""
    source = {"aws:SourceArn": f"arn:aws:cloudtrail:{REGION}:{account}:trail/{trail}"}
    service = {"Service": "cloudtrail.amazonaws.com"}
    prefix = f"{prefix}/" if prefix else ""
    check = {
        "Sid": "AWSCloudTrailAclCheck20150319", "Effect": "Allow", "Principal": service,
        "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{bucket}",
        "Condition": {"StringEquals": source},
    }
    write = {
        "Sid": "AWSCloudTrailWrite20150319", "Effect": "Allow", "Principal": service,
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/{prefix}AWSLogs/{account}/*",
        "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", **source}},
    }
    return [check, write]


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def bucket(server, trail, prefix=""):
    """Makes a bucket into which this trail may deliver, and gives its name."""
    made = name("audit")
    s3 = server.client("s3")
    s3.create_bucket(Bucket=made)
    account = server.client("sts").get_caller_identity()["Account"]
    statements = statement(account, made, trail, prefix)
    s3.put_bucket_policy(Bucket=made, Policy=policy(*statements))
    return made


def create(server, trail=None, **more):
    """Makes a trail with a bucket of its own, and gives CreateTrail's answer."""
    trail = trail or name("trail")
    more.setdefault("S3BucketName", bucket(server, trail, more.get("S3KeyPrefix", "")))
    return server.client("cloudtrail").create_trail(Name=trail, **more)
