"""Buckets and their settings, as an unmodified SDK and the AWS CLI use them."""

import json

import pytest

from buckets import KEY_AND_SECRET_ABROAD, allow, ask, bucket, denied, policy, put, versioned
from lake import name, refused

SIZE = "TransitionDefaultMinimumObjectSize"


@pytest.fixture
def s3(server):
    return server.client("s3")


@pytest.fixture
def shared(start):
    """(mine, another account's) clients of one server, which anybody may sign for."""
    server = start("--dev")
    mine = server.client("s3", "123456789012", "any")
    return mine, server.client("s3", *KEY_AND_SECRET_ABROAD)


def test_buckets_are_made_listed_found_and_removed(s3):
    made = bucket(s3)
    listed = {it["Name"]: it for it in s3.list_buckets()["Buckets"]}
    assert listed[made]["CreationDate"].year >= 2026
    assert s3.list_buckets(Prefix=made)["Buckets"][0]["BucketRegion"] == "us-east-1"
    assert s3.head_bucket(Bucket=made)["BucketRegion"] == "us-east-1"
    assert s3.get_bucket_location(Bucket=made)["LocationConstraint"] is None
    assert s3.delete_bucket(Bucket=made)["ResponseMetadata"]["HTTPStatusCode"] == 204
    denied(404, s3.head_bucket, Bucket=made)
    assert "does not exist" in refused("NoSuchBucket", s3.delete_bucket, Bucket=made)


def test_buckets_are_listed_in_pages(fresh):
    s3 = fresh.client("s3")
    made = sorted(bucket(s3) for _ in range(5))
    pages = s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 2})
    names = [[it["Name"] for it in page["Buckets"]] for page in pages]
    assert names == [made[:2], made[2:4], made[4:]]


def test_the_cli_makes_and_removes_buckets(server):
    made = name("den")
    assert server.aws("s3api", "create-bucket", "--bucket", made)["Location"] == f"/{made}"
    assert made in [it["Name"] for it in server.aws("s3api", "list-buckets")["Buckets"]]
    complaint = server.aws("s3api", "head-bucket", "--bucket", name("none"), good=False)
    assert "404" in complaint
    server.aws("s3api", "delete-bucket", "--bucket", made)


def test_a_bucket_is_where_it_was_made(server):
    west = server.client("s3", region="eu-west-1")
    where = {"LocationConstraint": "eu-west-1"}
    made = bucket(west, CreateBucketConfiguration=where)
    assert west.get_bucket_location(Bucket=made)["LocationConstraint"] == "eu-west-1"
    again = {"Bucket": made, "CreateBucketConfiguration": where}
    refused("BucketAlreadyOwnedByYou", west.create_bucket, **again)
    other = {"Bucket": name(), "CreateBucketConfiguration": {"LocationConstraint": "eu-west-2"}}
    refused("IllegalLocationConstraintException", west.create_bucket, **other)
    refused("IllegalLocationConstraintException", west.create_bucket, Bucket=name())
    east = server.client("s3")
    for wrong in ["us-east-1", "mars-north-1"]:
        where = {"LocationConstraint": wrong}
        message = refused(
            "InvalidLocationConstraint", east.create_bucket, Bucket=name(),
            CreateBucketConfiguration=where,
        )
        assert message == "The specified location-constraint is not valid"


def test_bad_names_are_refused(server):
    s3 = server.client("s3", checked=False)
    for wrong in ["ab", "Upper-Case", "a" * 64, "192.168.1.1", "dots..dots", "xn--abc", "-abc"]:
        refused("InvalidBucketName", s3.create_bucket, Bucket=wrong)


def test_ones_own_bucket_may_be_made_again_in_the_first_region_only(s3):
    made = bucket(s3)
    s3.put_bucket_tagging(Bucket=made, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    assert s3.create_bucket(Bucket=made)["Location"] == f"/{made}"
    assert s3.get_bucket_tagging(Bucket=made)["TagSet"] == [{"Key": "a", "Value": "b"}]


def test_a_bucket_with_objects_or_versions_stays(s3):
    made = versioned(s3)
    put(s3, made, "bone")
    refused("BucketNotEmpty", s3.delete_bucket, Bucket=made)
    marker = s3.delete_object(Bucket=made, Key="bone")
    refused("BucketNotEmpty", s3.delete_bucket, Bucket=made)
    for version in [it["VersionId"] for it in s3.list_object_versions(Bucket=made)["Versions"]]:
        s3.delete_object(Bucket=made, Key="bone", VersionId=version)
    s3.delete_object(Bucket=made, Key="bone", VersionId=marker["VersionId"])
    s3.delete_bucket(Bucket=made)


def test_a_bucket_made_anew_knows_nothing_of_the_old_ones_uploads(s3):
    made = bucket(s3)
    upload = s3.create_multipart_upload(Bucket=made, Key="k")["UploadId"]
    s3.upload_part(Bucket=made, Key="k", UploadId=upload, PartNumber=1, Body=b"x")
    s3.delete_bucket(Bucket=made)
    s3.create_bucket(Bucket=made)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=made)
    refused("NoSuchUpload", s3.list_parts, Bucket=made, Key="k", UploadId=upload)


def test_versioning_is_off_on_and_suspended(s3):
    made = bucket(s3)
    assert "Status" not in s3.get_bucket_versioning(Bucket=made)
    for status in ["Enabled", "Suspended", "Enabled"]:
        s3.put_bucket_versioning(Bucket=made, VersioningConfiguration={"Status": status})
        assert s3.get_bucket_versioning(Bucket=made)["Status"] == status
    wrong = {"Bucket": made, "VersioningConfiguration": {"Status": "Perhaps"}}
    refused("MalformedXML", s3.put_bucket_versioning, **wrong)
    missing = {"Bucket": name("none"), "VersioningConfiguration": {"Status": "Enabled"}}
    refused("NoSuchBucket", s3.put_bucket_versioning, **missing)


def test_what_was_never_set_is_told_as_aws_tells_it(s3):
    made = bucket(s3)
    for code, call in [
        ("NoSuchBucketPolicy", s3.get_bucket_policy),
        ("NoSuchBucketPolicy", s3.get_bucket_policy_status),
        ("NoSuchCORSConfiguration", s3.get_bucket_cors),
        ("NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration),
        ("NoSuchTagSet", s3.get_bucket_tagging),
        ("NoSuchWebsiteConfiguration", s3.get_bucket_website),
        ("ObjectLockConfigurationNotFoundError", s3.get_object_lock_configuration),
        ("ReplicationConfigurationNotFoundError", s3.get_bucket_replication),
    ]:
        refused(code, call, Bucket=made)
    for call in [
        s3.get_bucket_accelerate_configuration,
        s3.get_bucket_logging,
        s3.get_bucket_notification_configuration,
        s3.get_bucket_versioning,
    ]:
        assert set(call(Bucket=made)) == {"ResponseMetadata"}, call
    assert s3.get_bucket_request_payment(Bucket=made)["Payer"] == "BucketOwner"


def test_a_new_bucket_is_shut_owned_and_encrypted(s3):
    made = bucket(s3)
    shut = s3.get_public_access_block(Bucket=made)["PublicAccessBlockConfiguration"]
    assert len(shut) == 4 and all(shut.values())
    rules = s3.get_bucket_ownership_controls(Bucket=made)["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    config = s3.get_bucket_encryption(Bucket=made)["ServerSideEncryptionConfiguration"]
    default = config["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    assert default == {"SSEAlgorithm": "AES256"}
    acl = s3.get_bucket_acl(Bucket=made)
    [grant] = acl["Grants"]
    assert grant["Permission"] == "FULL_CONTROL" and grant["Grantee"]["Type"] == "CanonicalUser"
    assert grant["Grantee"]["ID"] == acl["Owner"]["ID"] == s3.list_buckets()["Owner"]["ID"]


def test_tags_come_and_go(s3):
    made = bucket(s3)
    tags = [{"Key": "a", "Value": "1"}, {"Key": "Ä", "Value": ""}]
    s3.put_bucket_tagging(Bucket=made, Tagging={"TagSet": tags})
    assert s3.get_bucket_tagging(Bucket=made)["TagSet"] == tags
    s3.put_bucket_tagging(Bucket=made, Tagging={"TagSet": tags[:1]})
    assert s3.get_bucket_tagging(Bucket=made)["TagSet"] == tags[:1]
    twice = {"TagSet": tags[:1] * 2}
    refused("InvalidTag", s3.put_bucket_tagging, Bucket=made, Tagging=twice)
    system = {"TagSet": [{"Key": "aws:x", "Value": ""}]}
    refused("InvalidTag", s3.put_bucket_tagging, Bucket=made, Tagging=system)
    s3.delete_bucket_tagging(Bucket=made)
    refused("NoSuchTagSet", s3.get_bucket_tagging, Bucket=made)
    s3.put_bucket_tagging(Bucket=made, Tagging={"TagSet": tags})
    s3.put_bucket_tagging(Bucket=made, Tagging={"TagSet": []})
    refused("NoSuchTagSet", s3.get_bucket_tagging, Bucket=made)


def test_a_policy_comes_back_byte_for_byte(s3):
    made = bucket(s3)
    text = policy(allow("123456789012", "s3:GetObject", f"{made}/*")).replace(",", " ,  ")
    answer = s3.put_bucket_policy(Bucket=made, Policy=text)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert s3.get_bucket_policy(Bucket=made)["Policy"] == text
    assert not s3.get_bucket_policy_status(Bucket=made)["PolicyStatus"]["IsPublic"]
    s3.delete_bucket_policy(Bucket=made)
    refused("NoSuchBucketPolicy", s3.get_bucket_policy, Bucket=made)
    for wrong in ["", "{", "[]", "{}", policy(allow("*", "s3:GetObject", "another/*"))]:
        refused("MalformedPolicy", s3.put_bucket_policy, Bucket=made, Policy=wrong)


def test_a_public_policy_needs_an_open_bucket(s3):
    made = bucket(s3)
    public = policy(allow("*", "s3:GetObject", f"{made}/*"))
    refused("AccessDenied", s3.put_bucket_policy, Bucket=made, Policy=public)
    s3.delete_public_access_block(Bucket=made)
    refused("NoSuchPublicAccessBlockConfiguration", s3.get_public_access_block, Bucket=made)
    s3.put_bucket_policy(Bucket=made, Policy=public)
    assert s3.get_bucket_policy_status(Bucket=made)["PolicyStatus"]["IsPublic"]


def test_another_account_may_what_the_policy_says(shared):
    mine, theirs = shared
    made = bucket(mine)
    put(mine, made, "in/bone")
    put(mine, made, "out/bone")
    refused("AccessDenied", theirs.get_object, Bucket=made, Key="in/bone")
    refused("AccessDenied", theirs.list_objects_v2, Bucket=made)
    refused("BucketAlreadyExists", theirs.create_bucket, Bucket=made)
    denied(403, theirs.head_bucket, Bucket=made)
    refused("AccessDenied", theirs.delete_bucket, Bucket=made)
    abroad = KEY_AND_SECRET_ABROAD[0]
    read = allow(abroad, "s3:GetObject", f"{made}/in/*")
    listing = allow(
        abroad, "s3:ListBucket", made, Condition={"StringLike": {"s3:prefix": "in/*"}}
    )
    mine.put_bucket_policy(Bucket=made, Policy=policy(read, listing))
    assert theirs.get_object(Bucket=made, Key="in/bone")["Body"].read() == b"woof"
    assert theirs.list_objects_v2(Bucket=made, Prefix="in/")["KeyCount"] == 1
    refused("AccessDenied", theirs.list_objects_v2, Bucket=made)
    refused("AccessDenied", theirs.get_object, Bucket=made, Key="out/bone")
    refused("AccessDenied", theirs.put_object, Bucket=made, Key="in/x", Body=b"")
    source = {"Bucket": made, "Key": "out/bone"}
    den = bucket(theirs)
    refused("AccessDenied", theirs.copy_object, Bucket=den, Key="k", CopySource=source)
    theirs.copy_object(Bucket=den, Key="k", CopySource={**source, "Key": "in/bone"})
    assert made not in [it["Name"] for it in theirs.list_buckets()["Buckets"]]
    wrong = {"Bucket": made, "ExpectedBucketOwner": abroad}
    refused("AccessDenied", mine.get_bucket_versioning, **wrong)


def test_more_than_bytes_takes_more_than_the_right_to_put(shared):
    mine, theirs = shared
    made = bucket(mine, ObjectLockEnabledForBucket=True)
    abroad = KEY_AND_SECRET_ABROAD[0]
    only = allow(abroad, "s3:PutObject", f"{made}/*")
    mine.put_bucket_policy(Bucket=made, Policy=policy(only))
    plain = {"Bucket": made, "Key": "bone", "Body": b"x"}
    theirs.put_object(**plain)
    hold, tags = {"ObjectLockLegalHoldStatus": "ON"}, {"Tagging": "a=b"}
    kept = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": "2099-01-01T00:00:00Z"}
    for more in [hold, tags, kept]:
        refused("AccessDenied", theirs.put_object, **plain, **more)
        where = {"Bucket": made, "Key": "bone"}
        refused("AccessDenied", theirs.create_multipart_upload, **where, **more)
    all_of_it = allow(
        abroad,
        ["s3:PutObject", "s3:PutObjectLegalHold", "s3:PutObjectTagging", "s3:PutObjectRetention"],
        f"{made}/*",
    )
    mine.put_bucket_policy(Bucket=made, Policy=policy(all_of_it))
    theirs.put_object(**plain, **hold, **tags)


def test_a_denial_goes_before_everything(s3):
    made = bucket(s3)
    put(s3, made, "bone")
    statement = allow("*", "s3:DeleteObject", f"{made}/*") | {"Effect": "Deny"}
    s3.put_bucket_policy(Bucket=made, Policy=policy(statement))
    message = refused("AccessDenied", s3.delete_object, Bucket=made, Key="bone")
    assert "explicit deny" in message
    answer = s3.delete_objects(Bucket=made, Delete={"Objects": [{"Key": "bone"}]})
    assert [it["Code"] for it in answer["Errors"]] == ["AccessDenied"]
    assert s3.head_object(Bucket=made, Key="bone")


def test_a_policy_that_turns_public_is_not_followed_while_the_bucket_is_shut(shared):
    mine, theirs = shared
    made = bucket(mine)
    put(mine, made, "bone")
    mine.delete_public_access_block(Bucket=made)
    mine.put_bucket_policy(Bucket=made, Policy=policy(allow("*", "s3:GetObject", f"{made}/*")))
    assert theirs.get_object(Bucket=made, Key="bone")["ContentLength"] == 4
    shut = {"RestrictPublicBuckets": True}
    mine.put_public_access_block(Bucket=made, PublicAccessBlockConfiguration=shut)
    found = mine.get_public_access_block(Bucket=made)["PublicAccessBlockConfiguration"]
    assert found["RestrictPublicBuckets"] and not found["BlockPublicPolicy"]
    refused("AccessDenied", theirs.get_object, Bucket=made, Key="bone")
    assert mine.get_object(Bucket=made, Key="bone")["ContentLength"] == 4


def test_ownership_is_changed_and_dropped(s3):
    made = bucket(s3)
    for rule in ["ObjectWriter", "BucketOwnerPreferred", "BucketOwnerEnforced"]:
        controls = {"Rules": [{"ObjectOwnership": rule}]}
        s3.put_bucket_ownership_controls(Bucket=made, OwnershipControls=controls)
        assert s3.get_bucket_ownership_controls(Bucket=made)["OwnershipControls"] == controls
    s3.delete_bucket_ownership_controls(Bucket=made)
    refused("OwnershipControlsNotFoundError", s3.get_bucket_ownership_controls, Bucket=made)


def test_lists_of_access_are_off(s3):
    made = bucket(s3)
    s3.put_bucket_acl(Bucket=made, ACL="private")
    code = "AccessControlListNotSupported"
    assert refused(code, s3.put_bucket_acl, Bucket=made, ACL="public-read") == (
        "The bucket does not allow ACLs"
    )
    everyone = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'
    refused(code, s3.put_bucket_acl, Bucket=made, GrantRead=everyone)
    refused(code, s3.put_object, Bucket=made, Key="k", Body=b"", GrantRead=everyone)
    refused(code, s3.put_object, Bucket=made, Key="k", Body=b"", ACL="public-read")


def test_encryption_is_told_and_can_be_reset(s3):
    made = bucket(s3)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    config = {"Rules": [rule | {"BucketKeyEnabled": True}]}
    s3.put_bucket_encryption(Bucket=made, ServerSideEncryptionConfiguration=config)
    found = s3.get_bucket_encryption(Bucket=made)["ServerSideEncryptionConfiguration"]
    assert found["Rules"][0]["BucketKeyEnabled"]
    s3.delete_bucket_encryption(Bucket=made)
    found = s3.get_bucket_encryption(Bucket=made)["ServerSideEncryptionConfiguration"]
    assert not found["Rules"][0]["BucketKeyEnabled"]
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "rot13"}}
    wrong = {"Bucket": made, "ServerSideEncryptionConfiguration": {"Rules": [rule]}}
    refused("MalformedXML", s3.put_bucket_encryption, **wrong)


def test_lifecycle_logging_notification_and_cors_come_back(s3):
    made, logs = bucket(s3), bucket(s3)
    rules = [{
        "ID": "old", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 3},
    }]
    s3.put_bucket_lifecycle_configuration(Bucket=made, LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket=made)["Rules"] == rules
    s3.delete_bucket_lifecycle(Bucket=made)
    code = "NoSuchLifecycleConfiguration"
    refused(code, s3.get_bucket_lifecycle_configuration, Bucket=made)
    status = {"LoggingEnabled": {"TargetBucket": logs, "TargetPrefix": "p/"}}
    s3.put_bucket_logging(Bucket=made, BucketLoggingStatus=status)
    assert s3.get_bucket_logging(Bucket=made)["LoggingEnabled"] == status["LoggingEnabled"]
    s3.put_bucket_logging(Bucket=made, BucketLoggingStatus={})
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=made)
    topic = "arn:aws:sns:us-east-1:123456789012:barks"
    told = {"TopicConfigurations": [
        {"Id": "x", "TopicArn": topic, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]},
    ]}
    s3.put_bucket_notification_configuration(Bucket=made, NotificationConfiguration=told)
    found = s3.get_bucket_notification_configuration(Bucket=made)
    assert found["TopicConfigurations"] == told["TopicConfigurations"]
    s3.put_bucket_notification_configuration(Bucket=made, NotificationConfiguration={})
    assert set(s3.get_bucket_notification_configuration(Bucket=made)) == {"ResponseMetadata"}
    cors = [{"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["*"], "MaxAgeSeconds": 3}]
    s3.put_bucket_cors(Bucket=made, CORSConfiguration={"CORSRules": cors})
    assert s3.get_bucket_cors(Bucket=made)["CORSRules"] == cors
    s3.delete_bucket_cors(Bucket=made)
    refused("NoSuchCORSConfiguration", s3.get_bucket_cors, Bucket=made)
    pays = {"Payer": "Requester"}
    s3.put_bucket_request_payment(Bucket=made, RequestPaymentConfiguration=pays)
    assert s3.get_bucket_request_payment(Bucket=made)["Payer"] == "Requester"


def test_what_is_no_configuration_is_refused(server, s3):
    made = bucket(s3)
    for query, body in [
        ("versioning", b"<VersioningConfiguration><Status>Enabled</Status>"),
        ("versioning", b"<!DOCTYPE a [<!ENTITY e 'x'>]><VersioningConfiguration/>"),
        ("versioning", b"<Tagging><TagSet/></Tagging>"),
        ("versioning", b""),
        ("lifecycle", b"<LifecycleConfiguration/>"),
        ("lifecycle", b"<LifecycleConfiguration><Rule><ID>x</ID></Rule></LifecycleConfiguration>"),
        ("cors", b"<CORSConfiguration/>"),
        ("tagging", b"{}"),
    ]:
        status, _, told = ask(server, "PUT", f"/{made}?{query}", body=body)
        known = b"MalformedXML" in told or (not body and b"MissingRequestBodyError" in told)
        assert status == 400 and known, (query, body, told)


def test_a_body_is_what_its_digest_says(server, s3):
    made = bucket(s3)
    body = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    path = f"/{made}?versioning"
    status, _, told = ask(server, "PUT", path, {"content-md5": "AAAAAAAAAAAAAAAAAAAAAA=="}, body)
    assert status == 400 and b"BadDigest" in told, told
    status, _, told = ask(server, "PUT", path, {"content-md5": "dog"}, body)
    assert status == 400 and b"InvalidDigest" in told, told
    status, _, told = ask(server, "PUT", path, {"x-amz-checksum-crc32": "AAAAAA=="}, body)
    assert status == 400 and b"BadDigest" in told, told
    assert "Status" not in s3.get_bucket_versioning(Bucket=made)


def test_what_is_not_built_says_so(server, s3):
    made = bucket(s3)
    refused("NotImplemented", s3.list_bucket_analytics_configurations, Bucket=made)
    refused("NotImplemented", s3.put_object_acl, Bucket=made, Key="k", ACL="private")
    status, headers, told = ask(server, "POST", f"/{made}/k?select&select-type=2")
    assert status == 501 and b"<Code>NotImplemented</Code>" in told
    assert headers["x-amz-request-id"] and headers["content-type"] == "application/xml"


def test_settings_outlive_the_server(fresh):
    s3 = fresh.client("s3")
    made = versioned(s3)
    text = policy(allow("111122223333", "s3:*", made, f"{made}/*"))
    s3.put_bucket_policy(Bucket=made, Policy=text)
    s3.put_bucket_tagging(Bucket=made, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    assert fresh.stop() == 0
    s3 = fresh.start().client("s3")
    assert s3.get_bucket_versioning(Bucket=made)["Status"] == "Enabled"
    assert json.loads(s3.get_bucket_policy(Bucket=made)["Policy"]) == json.loads(text)
    assert s3.get_bucket_tagging(Bucket=made)["TagSet"] == [{"Key": "a", "Value": "b"}]


def test_the_size_of_what_lifecycle_rules_move_stands_with_the_rules(s3):
    made = bucket(s3)
    rule = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 9}}
    rules = {"Bucket": made, "LifecycleConfiguration": {"Rules": [rule]}}
    size = lambda: s3.get_bucket_lifecycle_configuration(Bucket=made)[SIZE]
    usual, varies = "all_storage_classes_128K", "varies_by_storage_class"
    assert s3.put_bucket_lifecycle_configuration(**rules)[SIZE] == usual == size()
    told = s3.put_bucket_lifecycle_configuration(**rules, **{SIZE: varies})
    assert told[SIZE] == varies == size()
    s3.delete_bucket_lifecycle(Bucket=made)
    s3.put_bucket_lifecycle_configuration(**rules)
    assert size() == usual
    refused("InvalidArgument", s3.put_bucket_lifecycle_configuration, **rules, **{SIZE: "1"})
