"""Cloud Custodian, unmodified: what it checks of trails is answered as AWS answers it."""

import json
import os
import shutil
import subprocess

import pytest

import trails
from lake import refused

PATIENCE_S = 60


@pytest.fixture
def custodian(tmp_path, fresh):
    """Runs one policy against a server of this test alone: the resources that it finds."""
    program = os.environ.get("PUGMARK_CUSTODIAN") or shutil.which("custodian")
    if not program:
        pytest.skip("not run: PUGMARK_CUSTODIAN names no `custodian`, and none is on the path")
    environment = fresh.environment()

    def run(resource, *filters, actions=(), region="us-east-1"):
        policy = {"name": "asked", "resource": resource, "filters": list(filters)}
        policy |= {"actions": list(actions)} if actions else {}
        written = tmp_path / "policies.json"
        written.write_text(json.dumps({"policies": [policy]}))
        found = tmp_path / "found"
        words = ["run", "--region", region, "--cache-period", "0", "-s", str(found), str(written)]
        ran = subprocess.run(
            [program, *words], env=environment, capture_output=True, text=True, timeout=PATIENCE_S
        )
        assert ran.returncode == 0, f"custodian {resource}: {ran.stdout}{ran.stderr}"
        return json.loads((found / "asked" / "resources.json").read_text())

    return run


def audit(server, name, **more):
    """A trail that logs and has everything that the check asks for."""
    kms, sns = server.client("kms"), server.client("sns")
    account = server.client("sts").get_caller_identity()["Account"]
    service = {"Service": "cloudtrail.amazonaws.com"}
    owner = {"AWS": f"arn:aws:iam::{account}:root"}
    key = kms.create_key(Policy=trails.policy(
        {"Effect": "Allow", "Principal": owner, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": service, "Action": "kms:*", "Resource": "*"},
    ))["KeyMetadata"]["Arn"]
    topic = sns.create_topic(Name=f"{name}-news")["TopicArn"]
    publish = {
        "Effect": "Allow", "Principal": service, "Action": "SNS:Publish", "Resource": topic,
    }
    sns.set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=trails.policy(publish)
    )
    trails.create(
        server, name, IsMultiRegionTrail=True, EnableLogFileValidation=True, KmsKeyId=key,
        SnsTopicName=topic, **more,
    )
    server.client("cloudtrail").start_logging(Name=name)
    return key


def test_an_account_passes_check_cloudtrail_once_its_trail_is_as_asked(custodian, fresh):
    check = {
        "type": "check-cloudtrail", "global-events": True, "multi-region": True, "running": True,
        "current-region": True, "notifies": True, "file-digest": True, "kms": True,
        "include-management-events": True,
    }
    account = fresh.client("sts").get_caller_identity()["Account"]
    [found] = custodian("account", check)
    assert found["account_id"] == account and found["c7n:cloudtrails"] == []
    key = audit(fresh, "main")
    assert custodian("account", check | {"kms-key": key}) == []
    assert custodian("account", check, region="eu-west-1") == [], "seen from another region"
    fresh.client("cloudtrail").stop_logging(Name="main")
    [found] = custodian("account", check)
    assert found["c7n:cloudtrails"][0]["Status"]["IsLogging"] is False


def test_management_events_are_looked_for_in_selectors_of_both_kinds(custodian, fresh):
    check = {"type": "check-cloudtrail", "include-management-events": True}
    cloudtrail = fresh.client("cloudtrail")
    audit(fresh, "main")
    assert custodian("account", check) == []
    writes = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
    cloudtrail.put_event_selectors(TrailName="main", EventSelectors=writes)
    assert len(custodian("account", check)) == 1
    everything = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]
    cloudtrail.put_event_selectors(TrailName="main", AdvancedEventSelectors=everything)
    assert custodian("account", check) == []


def test_trails_are_found_by_status_shadow_selectors_and_tags(custodian, fresh):
    tags = [{"Key": "team", "Value": "pugs"}]
    audit(fresh, "main", TagsList=tags)
    names = lambda *filters, **more: [it["Name"] for it in custodian("cloudtrail", *filters, **more)]
    [trail] = custodian("cloudtrail", {"type": "status", "key": "IsLogging", "value": True})
    assert trail["Tags"] == tags and trail["IsMultiRegionTrail"]
    assert names({"type": "is-shadow"}) == []
    assert names({"type": "is-shadow"}, region="eu-west-1") == ["main"]
    assert names({"tag:team": "pugs"}) == ["main"] and names({"tag:team": "cats"}) == []
    managed = {"key": "EventSelectors[].IncludeManagementEvents", "op": "contains", "value": True}
    assert names({"type": "event-selectors", **managed}) == ["main"]


def test_trails_are_started_changed_and_deleted_by_policy(custodian, fresh):
    cloudtrail = fresh.client("cloudtrail")
    trails.create(fresh, "main")
    stopped = {"type": "status", "key": "IsLogging", "value": False}
    assert len(custodian("cloudtrail", stopped, actions=[{"type": "set-logging"}])) == 1
    assert cloudtrail.get_trail_status(Name="main")["IsLogging"]
    change = {"type": "update-trail", "attributes": {"EnableLogFileValidation": True}}
    custodian("cloudtrail", {"LogFileValidationEnabled": False}, actions=[change])
    assert cloudtrail.get_trail(Name="main")["Trail"]["LogFileValidationEnabled"]
    custodian("cloudtrail", {"type": "value", "key": "Name", "value": "main"}, actions=["delete"])
    refused("TrailNotFoundException", cloudtrail.get_trail, Name="main")
