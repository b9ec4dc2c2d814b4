"""`aws:kms` without a key: the account's own key for S3, `alias/aws/s3`."""

import json

import pytest

from buckets import KEY_AND_SECRET_ABROAD, allow, bucket, got, policy, put
from lake import refused

ALIAS = "alias/aws/s3"


@pytest.fixture
def kms(fresh):
    return fresh.client("kms")


@pytest.fixture
def s3(fresh):
    return fresh.client("s3")


def test_it_is_made_when_it_is_first_used_and_then_there_is_one(kms, s3):
    refused("NotFoundException", kms.describe_key, KeyId=ALIAS)
    den, other = bucket(s3), bucket(s3)
    made = put(s3, den, "k", ServerSideEncryption="aws:kms")
    key = kms.describe_key(KeyId=ALIAS)["KeyMetadata"]
    assert made["ServerSideEncryption"] == "aws:kms" and made["SSEKMSKeyId"] == key["Arn"]
    assert (key["KeyManager"], key["KeyState"]) == ("AWS", "Enabled")
    assert key["Description"] == (
        "Default key that protects my S3 objects when no other key is defined"
    )
    assert put(s3, other, "k", ServerSideEncryption="aws:kms", SSEKMSKeyId=ALIAS)[
        "SSEKMSKeyId"] == key["Arn"]
    assert got(s3, den, "k") == got(s3, other, "k") == b"woof"
    aliases = [it for it in kms.list_aliases()["Aliases"] if it["AliasName"] == ALIAS]
    assert [it["TargetKeyId"] for it in aliases] == [key["KeyId"]]
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
    assert s3.head_object(Bucket=den, Key="k")["SSEKMSKeyId"] == key["Arn"]


def test_a_bucket_may_ask_for_it_and_parts_and_copies_have_it(fresh, kms, s3):
    den = bucket(s3)
    by_default = {"SSEAlgorithm": "aws:kms"}
    s3.put_bucket_encryption(Bucket=den, ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": True}],
    })
    found = s3.get_bucket_encryption(Bucket=den)["ServerSideEncryptionConfiguration"]["Rules"]
    assert found[0]["ApplyServerSideEncryptionByDefault"] == by_default
    upload = s3.create_multipart_upload(Bucket=den, Key="parts")
    which = {"Bucket": den, "Key": "parts", "UploadId": upload["UploadId"]}
    part = s3.upload_part(**which, PartNumber=1, Body=b"x" * 70_000)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(**which, MultipartUpload=parts)
    put(s3, den, "one")
    s3.copy_object(Bucket=den, Key="two", CopySource=f"{den}/one")
    arn = kms.describe_key(KeyId=ALIAS)["KeyMetadata"]["Arn"]
    for key in ("parts", "one", "two"):
        assert s3.head_object(Bucket=den, Key=key)["SSEKMSKeyId"] == arn, key
    fresh.kill()
    fresh.start()
    s3 = fresh.client("s3")
    assert got(s3, den, "parts") == b"x" * 70_000 and got(s3, den, "two") == b"woof"


def test_nobody_changes_it_or_uses_it_but_through_s3(kms, s3):
    den = bucket(s3)
    put(s3, den, "k", ServerSideEncryption="aws:kms")
    key = kms.describe_key(KeyId=ALIAS)["KeyMetadata"]["KeyId"]
    text = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    assert json.loads(text)["Id"] == "auto-s3-2"
    denied = "AccessDeniedException"
    refused(denied, kms.put_key_policy, KeyId=key, PolicyName="default", Policy=text)
    refused(denied, kms.disable_key, KeyId=key)
    refused(denied, kms.schedule_key_deletion, KeyId=key)
    refused(denied, kms.disable_key_rotation, KeyId=key)
    refused(denied, kms.update_key_description, KeyId=key, Description="mine")
    refused(denied, kms.tag_resource, KeyId=key, Tags=[{"TagKey": "a", "TagValue": "b"}])
    refused(denied, kms.create_alias, AliasName="alias/mine", TargetKeyId=key)
    refused(denied, kms.delete_alias, AliasName=ALIAS)
    refused(denied, kms.encrypt, KeyId=ALIAS, Plaintext=b"x")
    refused(denied, kms.generate_data_key, KeyId=key, KeySpec="AES_256")
    assert got(s3, den, "k") == b"woof"


def test_an_alias_of_aws_cannot_be_turned_to_another_key(kms, s3):
    den = bucket(s3)
    put(s3, den, "k", ServerSideEncryption="aws:kms")
    mine = kms.create_key()["KeyMetadata"]["KeyId"]
    refused("AccessDeniedException", kms.update_alias, AliasName=ALIAS, TargetKeyId=mine)
    made = put(s3, den, "k2", ServerSideEncryption="aws:kms")
    assert made["SSEKMSKeyId"].endswith(kms.describe_key(KeyId=ALIAS)["KeyMetadata"]["KeyId"])


def test_each_region_has_its_own(start):
    server = start("--dev")
    arns = set()
    for region in ("us-east-1", "eu-west-1"):
        s3 = server.client("s3", region=region)
        place = {} if region == "us-east-1" else {
            "CreateBucketConfiguration": {"LocationConstraint": region}}
        den = bucket(s3, **place)
        arns.add(put(s3, den, "k", ServerSideEncryption="aws:kms")["SSEKMSKeyId"])
    assert len(arns) == 2 and len({arn.split(":")[3] for arn in arns}) == 2


def test_another_account_may_not_use_it(start):
    server = start("--dev")
    s3, abroad = server.client("s3"), server.client("s3", *KEY_AND_SECRET_ABROAD)
    den = bucket(s3)
    s3.put_bucket_policy(Bucket=den, Policy=policy(
        allow(KEY_AND_SECRET_ABROAD[0], ["s3:PutObject", "s3:GetObject"], f"{den}/*")))
    put(abroad, den, "plain")
    refused("AccessDenied", put_kms(abroad), Bucket=den, Key="k")
    put(s3, den, "own", ServerSideEncryption="aws:kms")
    refused("AccessDenied", abroad.get_object, Bucket=den, Key="own")


def put_kms(s3):
    return lambda **more: s3.put_object(Body=b"x", ServerSideEncryption="aws:kms", **more)
