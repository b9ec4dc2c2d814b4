"""Requests no client would send: signed like any other, but with a body of our choosing."""

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

CLOUDTRAIL = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101."
JSON = "application/x-amz-json-1.1"
FORM = "application/x-www-form-urlencoded; charset=utf-8"


def cloudtrail(server, operation, body, **changes):
    """Sends `body` to an operation of CloudTrail."""
    headers = {"X-Amz-Target": CLOUDTRAIL + operation, "Content-Type": JSON}
    return send(server, "cloudtrail", "/", body, headers, **changes)


def send(server, service, path, body, headers, spoil=None, key=None):
    """Signs and sends; `spoil` may change the headers after signing."""
    body = body.encode() if isinstance(body, str) else body
    signed = sign(server, service, path, body, headers, key)
    if spoil:
        spoil(signed)
    return urllib3.PoolManager().request(
        "POST", server.address + path, body=body, headers=signed, retries=False, timeout=30
    )


def sign(server, service, path, body, headers, key=None):
    """The headers of a signed POST."""
    request = AWSRequest("POST", server.address + path, headers=headers, data=body)
    credentials = Credentials(*(key or server.credentials))
    SigV4Auth(credentials, service, "us-east-1").add_auth(request)
    return dict(request.headers.items())
