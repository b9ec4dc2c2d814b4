"""What the scenarios of S3 share: buckets, requests of our own, and what is refused."""

import hashlib
import json

import pytest
import urllib3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from lake import name

KEY_AND_SECRET_ABROAD = "999988887777", "any"
MIB = 1024 * 1024


def bucket(s3, **more):
    """Makes a bucket that no other test uses, and gives its name."""
    made = name("den")
    s3.create_bucket(Bucket=made, **more)
    return made


def versioned(s3, status="Enabled"):
    """Makes a bucket that keeps versions."""
    made = bucket(s3)
    s3.put_bucket_versioning(Bucket=made, VersioningConfiguration={"Status": status})
    return made


def put(s3, bucket, key, body=b"woof", **more):
    return s3.put_object(Bucket=bucket, Key=key, Body=body, **more)


def got(s3, bucket, key, **more):
    """All bytes of an object, or those asked for."""
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


def keys(answer):
    return [it["Key"] for it in answer.get("Contents", [])]


def denied(status, call, **parameters):
    """Calls that are answered without a body have no code but their status."""
    with pytest.raises(ClientError) as error:
        call(**parameters)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    return error.value.response


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(who, actions, *resources, **more):
    """A statement of a policy."""
    arns = [f"arn:aws:s3:::{it}" for it in resources]
    principal = who if who == "*" else {"AWS": who}
    return {
        "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": arns, **more
    }


def sign(server, method, path, headers, body=b""):
    """The headers of a request that is signed as `x-amz-content-sha256` says."""
    request = AWSRequest(method, server.address + path, headers=headers, data=body)
    signer = S3SigV4Auth(Credentials(*server.credentials), "s3", "us-east-1")
    told = headers.get("x-amz-content-sha256") or hashlib.sha256(body).hexdigest()
    signer.payload = lambda request: told
    signer.add_auth(request)
    return dict(request.headers.items())


def ask(server, method, path, headers=(), body=b""):
    """Sends a signed request that no client would send."""
    signed = sign(server, method, path, dict(headers), body)
    return send(server, method, path, signed, body)


def send(server, method, path, headers=(), body=b""):
    """Sends a request as it is: (status, headers, bytes)."""
    answer = urllib3.PoolManager().request(
        method, server.address + path, body=body, headers=dict(headers), retries=False, timeout=30
    )
    return answer.status, answer.headers, answer.data
