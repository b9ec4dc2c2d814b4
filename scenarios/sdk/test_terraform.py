"""Terraform with the AWS provider, unmodified: applied, planned without drift, changed, destroyed."""

import pytest

import trails
from workspace import Workspace


@pytest.fixture
def workspace(tmp_path, start):
    """Makes a workspace of a configuration: (workspace, its server)."""

    def make(configuration, *flags, **more):
        server = start(*flags)
        return Workspace(configuration, tmp_path / configuration, server, **more), server

    return make


def test_an_audit_is_applied_changed_and_destroyed_without_drift(workspace):
    audit, server = workspace("audit", "--delivery-interval", "1s")
    audit.apply()
    applied(server, audit.outputs())
    assert audit.drift() == ""
    audit.set(
        logging=False, tags={"team": "pumas", "floor": "2"}, retention_days=30,
        watched=["arn:aws:s3:::audit-logs/", "arn:aws:s3:::other/"],
    )
    assert "0 added, 6 changed, 0 destroyed" in audit.apply()
    changed(server)
    assert audit.drift() == ""
    audit.destroy()
    gone(server)


def test_a_trail_that_was_there_is_taken_over_without_drift(workspace):
    adopted, server = workspace("adopted", endpoints=False)
    cloudtrail = server.client("cloudtrail")
    trail = trails.create(
        server, "older", S3KeyPrefix="logs", EnableLogFileValidation=True, IsMultiRegionTrail=True,
        TagsList=[{"Key": "team", "Value": "pugs"}],
    )
    writes = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
    cloudtrail.put_event_selectors(TrailName="older", EventSelectors=writes)
    cloudtrail.start_logging(Name="older")
    adopted.set(name="older", bucket=trail["S3BucketName"])
    adopted.run("import", "aws_cloudtrail.adopted", trail["TrailARN"])
    assert adopted.drift() == ""


def applied(server, outputs):
    """What was asked for is there, as another client sees it."""
    cloudtrail, s3 = server.client("cloudtrail"), server.client("s3")
    assert outputs["account"] == server.client("sts").get_caller_identity()["Account"]
    basic = cloudtrail.get_trail(Name="basic")["Trail"]
    assert basic["TrailARN"] == outputs["trail"]
    assert basic["IsMultiRegionTrail"] and basic["LogFileValidationEnabled"]
    assert basic["HasInsightSelectors"] and basic["HasCustomEventSelectors"]
    assert basic["SnsTopicARN"].endswith(":delivered") and ":key/" in basic["KmsKeyId"]
    assert cloudtrail.get_trail_status(Name="basic")["IsLogging"]
    selectors = cloudtrail.get_event_selectors(TrailName="advanced")["AdvancedEventSelectors"]
    assert [it["Name"] for it in selectors] == ["writes", "objects"]
    lock = s3.get_object_lock_configuration(Bucket="audit-logs")["ObjectLockConfiguration"]
    assert lock["Rule"]["DefaultRetention"] == {"Mode": "GOVERNANCE", "Days": 1}
    assert len(s3.get_bucket_lifecycle_configuration(Bucket="audit-logs")["Rules"]) == 2


def changed(server):
    """What was changed is changed."""
    cloudtrail = server.client("cloudtrail")
    tags = [{"Key": "floor", "Value": "2"}, {"Key": "team", "Value": "pumas"}]
    for trail in cloudtrail.list_trails()["Trails"]:
        assert not cloudtrail.get_trail_status(Name=trail["TrailARN"])["IsLogging"]
        listed = cloudtrail.list_tags(ResourceIdList=[trail["TrailARN"]])["ResourceTagList"]
        assert sorted(listed[0]["TagsList"], key=lambda tag: tag["Key"]) == tags
    [selector] = cloudtrail.get_event_selectors(TrailName="basic")["EventSelectors"]
    assert len(selector["DataResources"][0]["Values"]) == 2
    delivered = server.client("s3").list_object_versions(Bucket="audit-logs")["Versions"]
    assert delivered, "files that are locked, for `destroy` to take away"


def gone(server):
    """Nothing is left but what KMS and CloudTrail keep for a while, as they do at AWS."""
    cloudtrail, kms = server.client("cloudtrail"), server.client("kms")
    assert cloudtrail.list_trails()["Trails"] == []
    stores = cloudtrail.list_event_data_stores()["EventDataStores"]
    assert all(it["Name"] != "lake" or it["Status"] == "PENDING_DELETION" for it in stores)
    assert server.client("s3").list_buckets()["Buckets"] == []
    assert server.client("sns").list_topics()["Topics"] == []
    assert all(not it["AliasName"].endswith("logs") for it in kms.list_aliases()["Aliases"])
    states = [kms.describe_key(KeyId=it["KeyId"])["KeyMetadata"] for it in kms.list_keys()["Keys"]]
    assert {it["KeyState"] for it in states if it["KeyManager"] == "CUSTOMER"} == {"PendingDeletion"}
