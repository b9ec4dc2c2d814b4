"""A request whose sender is not proved gets AWS's own answer, and enters nobody's history."""

import datetime
import uuid

import botocore.auth
import pytest
from botocore.exceptions import ClientError

import raw


def refused(call, *arguments, **parameters):
    """(code, status) of a call that must not succeed."""
    with pytest.raises(ClientError) as error:
        call(*arguments, **parameters)
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture
def agent(server):
    """A user agent of this test alone: no record may carry it in the end."""
    name = f"unproved/{uuid.uuid4().hex}"
    yield name
    left = [r for r in server.records() if name in (r.get("userAgent") or "")]
    assert left == [], "a failed authentication left a record"


def clients(server, agent, **keys):
    sts = server.client("sts", agent=agent, **keys)
    trail = server.client("cloudtrail", agent=agent, **keys)
    return sts.get_caller_identity, trail.lookup_events


def test_ec2_has_words_of_its_own(server, agent):
    ec2 = server.client("ec2", agent=agent, key="AKIAUNKNOWNUNKNOWNUN", secret="0" * 40)
    assert refused(ec2.describe_regions) == ("AuthFailure", 401)


def test_a_wrong_secret(server, agent):
    key, _ = server.credentials
    query, json = clients(server, agent, key=key, secret="0" * 40)
    assert refused(query) == ("SignatureDoesNotMatch", 403)
    assert refused(json)[0] == "InvalidSignatureException"


def test_an_unknown_key(server, agent):
    query, json = clients(server, agent, key="AKIAUNKNOWNUNKNOWNUN", secret="0" * 40)
    assert refused(query) == ("InvalidClientTokenId", 403)
    assert refused(json) == ("UnrecognizedClientException", 400)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_skewed_clock(server, agent, monkeypatch, hours):
    def now(remove_tzinfo=True):
        shifted = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
        return shifted.replace(tzinfo=None) if remove_tzinfo else shifted

    query, json = clients(server, agent)
    with monkeypatch.context() as patch:
        patch.setattr(botocore.auth, "get_current_datetime", now)
        assert refused(query)[0] == "SignatureDoesNotMatch"
        assert refused(json)[0] == "InvalidSignatureException"


def test_a_temporary_key_without_its_token(server, agent):
    lent = server.client("sts").get_session_token()["Credentials"]
    keys = {"key": lent["AccessKeyId"], "secret": lent["SecretAccessKey"]}
    query, json = clients(server, agent, **keys)
    assert refused(query)[0] == "InvalidClientTokenId"
    assert refused(json)[0] == "UnrecognizedClientException"


def test_a_temporary_key_with_anothers_token(server, agent):
    sts = server.client("sts")
    lent, other = (sts.get_session_token()["Credentials"] for _ in range(2))
    keys = {"key": lent["AccessKeyId"], "secret": lent["SecretAccessKey"]}
    query, json = clients(server, agent, token=other["SessionToken"], **keys)
    assert refused(query)[0] == "InvalidClientTokenId"
    assert refused(json)[0] == "UnrecognizedClientException"


def test_a_made_up_token(server, agent):
    key, secret = server.credentials
    query, json = clients(server, agent, key=key, secret=secret, token="made-up")
    assert refused(query)[0] == "InvalidClientTokenId"
    assert refused(json)[0] == "UnrecognizedClientException"


def test_no_signature_at_all(server):
    body = "Action=GetCallerIdentity&Version=2011-06-15"
    headers = {"Content-Type": raw.FORM}
    status, _, text = server.http("/", "POST", body.encode(), headers)
    assert (status, "MissingAuthenticationToken" in text) == (403, True), text
    headers = {"X-Amz-Target": raw.CLOUDTRAIL + "LookupEvents", "Content-Type": raw.JSON}
    status, _, text = server.http("/", "POST", b"{}", headers)
    assert (status, "MissingAuthenticationToken" in text) == (400, True), text


def test_half_a_signature(server):
    def cut(headers):
        headers["Authorization"] = headers["Authorization"].split(", Signature=")[0]

    answer = raw.cloudtrail(server, "LookupEvents", "{}", spoil=cut)
    assert answer.status == 400
    assert "IncompleteSignature" in answer.data.decode()


def test_a_body_changed_on_the_way(server):
    def change(headers):
        headers["X-Amz-Target"] = raw.CLOUDTRAIL + "StopLogging"

    answer = raw.cloudtrail(server, "LookupEvents", "{}", spoil=change)
    assert "InvalidSignatureException" in answer.data.decode()


def test_the_log_of_the_server_says_what_the_history_does_not(fresh):
    before = len(fresh.talk)
    client = fresh.client("sts", key="AKIAUNKNOWNUNKNOWNUN", secret="0" * 40)
    refused(client.get_caller_identity)
    metrics = fresh.http("/metrics")[2]
    assert "AKIAUNKNOWNUNKNOWNUN" in "".join(fresh.talk[before:]) or "authentication" in metrics
