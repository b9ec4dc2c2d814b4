"""Keys of KMS, as an unmodified SDK uses them."""

import json

import pytest

from lake import refused


@pytest.fixture
def kms(fresh):
    return fresh.client("kms")


def key(kms):
    return kms.create_key(Description="of the scenarios")["KeyMetadata"]["Arn"]


def test_what_is_encrypted_is_opened_for_the_same_purpose(kms):
    arn = key(kms)
    kms.create_alias(AliasName="alias/pug", TargetKeyId=arn)
    purpose = {"Team": "pugs"}
    made = kms.encrypt(KeyId="alias/pug", Plaintext=b"\x00secret", EncryptionContext=purpose)
    assert made["KeyId"] == arn and b"secret" not in made["CiphertextBlob"]
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=purpose)
    assert (opened["Plaintext"], opened["KeyId"]) == (b"\x00secret", arn)
    refused("InvalidCiphertextException", kms.decrypt, CiphertextBlob=made["CiphertextBlob"])
    data = kms.generate_data_key(KeyId=arn, KeySpec="AES_256")
    assert kms.decrypt(CiphertextBlob=data["CiphertextBlob"])["Plaintext"] == data["Plaintext"]


def test_a_key_that_is_off_or_going_opens_nothing(kms):
    arn = key(kms)
    blob = kms.encrypt(KeyId=arn, Plaintext=b"x")["CiphertextBlob"]
    kms.disable_key(KeyId=arn)
    refused("DisabledException", kms.decrypt, CiphertextBlob=blob)
    kms.enable_key(KeyId=arn)
    going = kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
    assert going["KeyState"] == "PendingDeletion" and going["DeletionDate"].year >= 2026
    refused("KMSInvalidStateException", kms.decrypt, CiphertextBlob=blob)
    assert kms.cancel_key_deletion(KeyId=arn)["KeyId"] == arn
    kms.enable_key(KeyId=arn)
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


def test_policies_tags_rotation_and_lists(kms):
    arn, other = key(kms), key(kms)
    policy = json.loads(kms.get_key_policy(KeyId=arn, PolicyName="default")["Policy"])
    assert policy["Id"] == "key-default-1"
    policy["Statement"].append({
        "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "kms:GenerateDataKey*", "Resource": "*",
    })
    kms.put_key_policy(KeyId=arn, PolicyName="default", Policy=json.dumps(policy))
    assert json.loads(kms.get_key_policy(KeyId=arn)["Policy"]) == policy
    bad = json.dumps({"Version": "2012-10-17", "Statement": policy["Statement"][1:]})
    refused("MalformedPolicyDocumentException", kms.put_key_policy, KeyId=arn, Policy=bad)
    kms.tag_resource(KeyId=arn, Tags=[{"TagKey": "a", "TagValue": "1"}])
    assert kms.list_resource_tags(KeyId=arn)["Tags"] == [{"TagKey": "a", "TagValue": "1"}]
    kms.enable_key_rotation(KeyId=arn)
    assert kms.get_key_rotation_status(KeyId=arn)["KeyRotationEnabled"]
    pages = kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1})
    assert {arn, other} == {it["KeyArn"] for page in pages for it in page["Keys"]}
    refused("UnsupportedOperationException", kms.create_key, KeySpec="RSA_2048")
    refused("NotFoundException", kms.describe_key, KeyId="alias/none")
