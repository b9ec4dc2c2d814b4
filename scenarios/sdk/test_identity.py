"""Who am I, and with which key."""

import re
import stat

import pytest
from botocore.exceptions import ClientError


def test_the_credentials_file_is_the_owners_alone(server):
    mode = (server.data / "credentials").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    key, secret = server.credentials
    assert re.fullmatch(r"AKIA[A-Z0-9]{16}", key)
    assert len(secret) == 40


def test_env_is_all_the_cli_needs(server):
    environment = server.environment()
    assert environment["AWS_ENDPOINT_URL"] == server.address
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "us-east-1"
    assert environment["AWS_DISABLE_HOST_PREFIX_INJECTION"] == "true"
    assert environment["AWS_ACCESS_KEY_ID"] == server.credentials[0]
    assert "AWS_SESSION_TOKEN" not in environment
    assert "AWS_PROFILE" not in environment


def test_env_unsets_what_would_get_in_the_way(server):
    printed = server.pugmark("env").stdout
    assert re.search(r"unset\b.*\bAWS_SESSION_TOKEN\b", printed)
    assert re.search(r"unset\b.*\bAWS_PROFILE\b", printed)


def test_the_cli_knows_who_it_is(server):
    answer = server.aws("sts", "get-caller-identity")
    account = answer["Account"]
    assert re.fullmatch(r"\d{12}", account)
    assert answer["Arn"] == f"arn:aws:iam::{account}:user/admin"
    assert re.fullmatch(r"AIDA[A-Z0-9]{17}", answer["UserId"])


def test_boto3_knows_the_same(server):
    answer = server.client("sts").get_caller_identity()
    assert {k: answer[k] for k in ("Account", "Arn", "UserId")} == server.aws(
        "sts", "get-caller-identity"
    )


def test_a_key_tells_its_account(server):
    account = server.client("sts").get_caller_identity()["Account"]
    key, _ = server.credentials
    assert server.client("sts").get_access_key_info(AccessKeyId=key)["Account"] == account
    answer = server.aws("sts", "get-access-key-info", "--access-key-id", key)
    assert answer["Account"] == account


def test_a_key_that_is_none_is_refused(server):
    with pytest.raises(ClientError) as refused:
        server.client("sts").get_access_key_info(AccessKeyId="AKIA!!!!!!!!!!!!!!!!")
    assert refused.value.response["Error"]["Code"] == "ValidationError"


def test_a_temporary_key_is_as_good_as_its_parent(server):
    lent = server.client("sts").get_session_token(DurationSeconds=900)["Credentials"]
    assert lent["AccessKeyId"].startswith("ASIA")
    keys = lent["AccessKeyId"], lent["SecretAccessKey"], lent["SessionToken"]
    mine = server.client("sts").get_caller_identity()
    lents = server.client("sts", *keys).get_caller_identity()
    assert lents["Arn"] == mine["Arn"]
    assert server.client("cloudtrail", *keys).lookup_events(MaxResults=1)["Events"]


def test_the_cli_takes_a_temporary_key(server):
    lent = server.aws("sts", "get-session-token")["Credentials"]
    environment = server.environment() | {
        "AWS_ACCESS_KEY_ID": lent["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": lent["SecretAccessKey"],
        "AWS_SESSION_TOKEN": lent["SessionToken"],
    }
    answer = server.aws("sts", "get-caller-identity", environment=environment)
    assert answer["Arn"].endswith(":user/admin")


def test_a_session_shorter_than_aws_allows_is_refused(server):
    with pytest.raises(ClientError) as refused:
        server.client("sts", checked=False).get_session_token(DurationSeconds=899)
    assert refused.value.response["Error"]["Code"] == "ValidationError"


def test_regions_are_described(server):
    names = {r["RegionName"] for r in server.client("ec2").describe_regions()["Regions"]}
    assert {"us-east-1", "eu-central-1", "ap-southeast-2"} <= names
    cli = server.aws("ec2", "describe-regions", "--region-names", "eu-west-1")["Regions"]
    assert [r["RegionName"] for r in cli] == ["eu-west-1"]
    assert cli[0]["Endpoint"] == "ec2.eu-west-1.amazonaws.com"


def test_a_region_that_is_none_is_refused(server):
    with pytest.raises(ClientError) as refused:
        server.client("ec2").describe_regions(RegionNames=["mars-north-1"])
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValue"
