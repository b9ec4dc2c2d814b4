"""Every call with a proved sender is in the next look-up, whatever became of it."""

import json
import threading
import uuid

import pytest
from botocore.exceptions import ClientError

import raw
from server import attribute


def test_a_success_is_remembered_whole(server):
    agent = f"scenario/{uuid.uuid4().hex}"
    sts = server.client("sts", agent=agent)
    answer = sts.get_caller_identity()
    record = server.record_of(answer["ResponseMetadata"]["RequestId"])
    assert record["eventVersion"] == "1.11"
    assert record["eventSource"] == "sts.amazonaws.com"
    assert record["eventName"] == "GetCallerIdentity"
    assert record["awsRegion"] == "us-east-1"
    assert record["sourceIPAddress"] == "127.0.0.1"
    assert agent in record["userAgent"]
    assert record["requestParameters"] is None
    assert record["responseElements"] is None
    assert record["readOnly"] is True
    assert record["managementEvent"] is True
    assert record["eventType"] == "AwsApiCall"
    assert record["eventCategory"] == "Management"
    assert record["recipientAccountId"] == answer["Account"]
    assert uuid.UUID(record["eventID"])
    assert "errorCode" not in record


def test_the_caller_is_remembered(server):
    answer = server.client("sts").get_caller_identity()
    who = server.record_of(answer["ResponseMetadata"]["RequestId"])["userIdentity"]
    assert who["type"] == "IAMUser"
    assert who["userName"] == "admin"
    assert who["arn"] == answer["Arn"]
    assert who["accountId"] == answer["Account"]
    assert who["principalId"] == answer["UserId"]
    assert who["accessKeyId"] == server.credentials[0]


def test_a_temporary_caller_is_remembered_with_the_session(server):
    lent = server.client("sts").get_session_token()["Credentials"]
    keys = lent["AccessKeyId"], lent["SecretAccessKey"], lent["SessionToken"]
    answer = server.client("sts", *keys).get_caller_identity()
    who = server.record_of(answer["ResponseMetadata"]["RequestId"])["userIdentity"]
    assert who["accessKeyId"] == lent["AccessKeyId"]
    assert who["sessionContext"]["attributes"]["mfaAuthenticated"] == "false"
    assert "creationDate" in who["sessionContext"]["attributes"]


def test_secrets_are_not_remembered(server):
    answer = server.client("sts").get_session_token()
    record = server.record_of(answer["ResponseMetadata"]["RequestId"])
    assert answer["Credentials"]["SecretAccessKey"] not in json.dumps(record)
    assert record["responseElements"]["credentials"]["accessKeyId"].startswith("ASIA")


def test_the_parameters_are_remembered(server):
    answer = server.client("cloudtrail").lookup_events(MaxResults=3)
    record = server.record_of(answer["ResponseMetadata"]["RequestId"])
    assert record["requestParameters"]["maxResults"] == 3
    assert record["eventName"] == "LookupEvents"


def test_a_refused_input_is_remembered(server):
    with pytest.raises(ClientError) as refused:
        server.client("cloudtrail").lookup_events(MaxResults=51)
    response = refused.value.response
    record = server.record_of(response["ResponseMetadata"]["RequestId"])
    assert record["errorCode"] == response["Error"]["Code"]
    assert record["errorMessage"] == response["Error"]["Message"]


def test_an_operation_that_is_not_built_says_so_and_is_remembered(server):
    complaint = server.aws("cloudtrail", "list-dashboards", good=False)
    assert "ListDashboards" in complaint
    with pytest.raises(ClientError) as refused:
        server.client("cloudtrail").list_dashboards()
    response = refused.value.response
    assert "ListDashboards" in response["Error"]["Message"]
    record = server.record_of(response["ResponseMetadata"]["RequestId"])
    assert record["eventName"] == "ListDashboards"
    assert record["errorCode"] == response["Error"]["Code"]


def test_an_action_that_is_not_built_says_so_and_is_remembered(server):
    with pytest.raises(ClientError) as refused:
        server.client("sts").decode_authorization_message(EncodedMessage="x")
    assert "DecodeAuthorizationMessage" in refused.value.response["Error"]["Message"]
    found = server.records(LookupAttributes=attribute("EventName", "DecodeAuthorizationMessage"))
    assert found and found[0]["errorCode"]


def test_an_unknown_service_is_answered_honestly(server):
    with pytest.raises(ClientError) as refused:
        server.client("guardduty").list_detectors()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] >= 400
    assert server.is_healthy()


@pytest.mark.parametrize(
    "body",
    ["{", "[]", '{"MaxResults": "many"}', "[" * 100_000, '{"a":' * 5_000, "\x00", "\udcff"],
    ids=["cut", "array", "wrong type", "deep arrays", "deep objects", "nul", "not utf-8"],
)
def test_a_malformed_body_is_refused_and_the_server_stays(server, body):
    answer = raw.cloudtrail(server, "LookupEvents", body.encode("utf-8", "surrogateescape"))
    assert answer.status == 400, answer.data
    assert "Exception" in json.loads(answer.data)["__type"]
    assert server.is_healthy()


def test_an_oversized_body_is_refused_and_the_server_stays(server):
    body = '{"NextToken": "' + "x" * (40 << 20) + '"}'
    try:
        answer = raw.cloudtrail(server, "LookupEvents", body)
        assert answer.status in (400, 413), answer.data
    except Exception as error:  # the connection may be closed before the body is through
        assert "onnection" in repr(error) or "roken pipe" in repr(error), error
    assert server.is_healthy()


def test_calls_at_once_are_each_remembered_once(fresh):
    ids = []

    def call():
        sts = fresh.client("sts")
        for _ in range(20):
            ids.append(sts.get_caller_identity()["ResponseMetadata"]["RequestId"])

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = fresh.records(LookupAttributes=attribute("EventName", "GetCallerIdentity"))
    assert sorted(record["requestID"] for record in found) == sorted(ids)
    assert len(ids) == 120
