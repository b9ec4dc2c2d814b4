"""Channels, their policies, and events from outside."""

import datetime
import json

import pytest

import lake
from lake import destination, event, found, iso, now, refused


@pytest.fixture
def trail(fresh):
    return fresh.client("cloudtrail")


@pytest.fixture
def put(fresh, trail):
    """Puts events through a channel of its own, or the one named."""
    data = fresh.client("cloudtrail-data")
    own = []

    def put(*events, channel=None, **more):
        if channel is None and not own:
            own.append(lake.channel(trail))
        return data.put_audit_events(channelArn=channel or own[0], auditEvents=list(events), **more)

    return put


@pytest.fixture
def account(fresh):
    return fresh.client("sts").get_caller_identity()["Account"]


def policy(arn, account, **more):
    statement = {
        "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "cloudtrail-data:PutAuditEvents", "Resource": arn,
    }
    statement.update(more)
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_channel_is_made_told_changed_and_deleted(trail):
    store, other = lake.log_store(trail), lake.log_store(trail)
    made = trail.create_channel(
        Name="kennel", Source="Custom", Destinations=destination(store),
        Tags=[{"Key": "a", "Value": "1"}],
    )
    arn = made["ChannelArn"]
    assert ":channel/" in arn and made["Destinations"] == destination(store)
    told = trail.get_channel(Channel=arn.split("/")[1])
    assert (told["Name"], told["Source"], told["ChannelArn"]) == ("kennel", "Custom", arn)
    changed = trail.update_channel(Channel=arn, Name="renamed", Destinations=destination(other))
    assert changed["Name"] == "renamed" and changed["Destinations"] == destination(other)
    assert [it["Name"] for it in trail.list_channels()["Channels"]] == ["renamed"]
    trail.delete_channel(Channel=arn)
    assert trail.list_channels()["Channels"] == []
    refused("ChannelNotFoundException", trail.get_channel, Channel=arn)


def test_bad_channels_are_refused(trail):
    store, management = lake.log_store(trail), lake.store(trail)
    lake.channel(trail, store, Name="taken", Source="OktaSystemLogEvents")

    def create(name="abc", source="Custom", to=destination(store)):
        return trail.create_channel(Name=name, Source=source, Destinations=to)

    refused("ChannelAlreadyExistsException", create, name="taken")
    refused("ChannelAlreadyExistsException", create, source="OktaSystemLogEvents")
    refused("InvalidSourceException", create, source="SomebodyElse")
    refused("InvalidParameterException", create, name="a b c")
    refused("InvalidEventDataStoreCategoryException", create, to=destination(management))
    refused("EventDataStoreARNInvalidException", create, to=destination("what"))
    refused("EventDataStoreNotFoundException", create, to=destination(store[:-4] + "0000"))
    service = [{"Type": "AWS_SERVICE", "Location": store}]
    refused("InvalidParameterException", create, to=service)
    refused("ChannelARNInvalidException", trail.get_channel, Channel="what")


def test_a_store_with_a_channel_is_not_deleted(trail):
    store = lake.log_store(trail)
    channel = lake.channel(trail, store)
    refused("ChannelExistsForEDSException", trail.delete_event_data_store, EventDataStore=store)
    trail.delete_channel(Channel=channel)
    trail.delete_event_data_store(EventDataStore=store)
    to = {"Name": "late", "Source": "Custom", "Destinations": destination(store)}
    refused("InactiveEventDataStoreException", trail.create_channel, **to)


def test_the_twenty_sixth_channel_is_refused(trail):
    store = lake.log_store(trail)
    for _ in range(25):
        lake.channel(trail, store)
    refused("ChannelMaxLimitExceededException", trail.create_channel, Name="one-more", Source="Custom", Destinations=destination(store))
    assert len(trail.list_channels(MaxResults=20)["Channels"]) == 20


def test_policies_stand_with_channels_and_stores(trail, account):
    for arn in (lake.channel(trail), lake.store(trail)):
        refused("ResourcePolicyNotFoundException", trail.get_resource_policy, ResourceArn=arn)
        document = policy(arn, account)
        trail.put_resource_policy(ResourceArn=arn, ResourcePolicy=document)
        assert trail.get_resource_policy(ResourceArn=arn)["ResourcePolicy"] == document
        trail.delete_resource_policy(ResourceArn=arn)
        refused("ResourcePolicyNotFoundException", trail.delete_resource_policy, ResourceArn=arn)


def test_bad_policies_are_refused(trail, account):
    arn = lake.channel(trail)
    give = trail.put_resource_policy
    for bad in ("{", "[]", "{}", policy(arn, account, Effect="Maybe"), policy("*", account)):
        refused("ResourcePolicyNotValidException", give, ResourceArn=arn, ResourcePolicy=bad)
    good = policy(arn, account)
    refused("ResourceARNNotValidException", give, ResourceArn="what", ResourcePolicy=good)
    refused("ResourceNotFoundException", give, ResourceArn=arn[:-4] + "0000", ResourcePolicy=good)
    trail_arn = arn.replace(":channel/", ":insight/")
    refused("ResourceTypeNotSupportedException", give, ResourceArn=trail_arn, ResourcePolicy=good)


def test_an_event_becomes_a_record_of_its_own(fresh, trail, put, account):
    sent = event(account, id="first", eventName="Feed")
    answer = put(sent)
    assert answer["failed"] == []
    [taken] = answer["successful"]
    assert taken["id"] == "first"
    [record] = found(fresh, "event", taken["eventID"])
    assert record["eventCategory"] == "ActivityAuditLog" and record["eventType"] == "ActivityLog"
    assert record["eventData"] == json.loads(sent["eventData"])
    assert record["eventTime"] == record["eventData"]["eventTime"]
    assert record["recipientAccountId"] == account and record["awsRegion"] == "us-east-1"
    assert record["addendum"] is None
    channel = trail.list_channels()["Channels"][0]["ChannelArn"]
    assert record["metadata"]["channelARN"] == channel
    told = trail.get_channel(Channel=channel)["IngestionStatus"]
    assert told["LatestIngestionSuccessEventID"] == taken["eventID"]
    assert taken["eventID"] not in [it["EventId"] for it in fresh.events()]


def test_an_event_sent_again_is_the_same(start, tmp_path):
    server = start(data=tmp_path / "again")
    trail, data = server.client("cloudtrail"), server.client("cloudtrail-data")
    account = server.client("sts").get_caller_identity()["Account"]
    channel = lake.channel(trail)
    sent = event(account, id="again")
    first = data.put_audit_events(channelArn=channel, auditEvents=[sent])["successful"]
    other = event(account, id="again", eventTime=iso(now() - datetime.timedelta(days=3)))
    assert data.put_audit_events(channelArn=channel, auditEvents=[other])["successful"] == first
    server.kill()
    server.start()
    data = server.client("cloudtrail-data")
    assert data.put_audit_events(channelArn=channel, auditEvents=[sent])["successful"] == first
    assert len(found(server, "event", "--all", first[0]["eventID"])) == 1


def test_two_events_with_one_id_are_refused(put, account):
    twin = event(account, id="twin")
    refused("DuplicatedAuditEventId", put_of(put), events=[twin, event(account, id="twin")])


def put_of(put):
    return lambda events, **more: put(*events, **more)


def test_channels_that_are_none_are_refused(put, account):
    send = put_of(put)
    one = {"events": [event(account)]}
    refused("InvalidChannelARN", send, channel="arn:aws:s3:::bucket", **one)
    refused("ChannelNotFound", send, channel=f"arn:aws:cloudtrail:us-east-1:{account}:channel/11111111-2222-3333-4444-555555555555", **one)
    foreign = "arn:aws:cloudtrail:us-east-1:999988887777:channel/11111111-2222-3333-4444-555555555555"
    refused("ChannelInsufficientPermission", send, channel=foreign, **one)


@pytest.mark.parametrize(
    "code, members",
    [
        ("FieldTooLong", {"UID": "x" * 1025}),
        ("FieldTooLong", {"version": "x" * 257}),
        ("FieldTooLong", {"requestParameters": {"a": "x" * 102_400}}),
        ("FieldTooLong", {"responseElements": {"a": "x" * 102_400}}),
        ("FieldTooLong", {"additionalEventData": {"a": "x" * 28_672}}),
        ("FieldTooLong", {"errorMessage": "x" * 257}),
        ("FieldNotFound", {"eventName": None}),
        ("FieldNotFound", {"UID": None}),
        ("FieldNotFound", {"userIdentity": {"type": "Person"}}),
        ("InvalidRecipient", {"recipientAccountId": "999988887777"}),
        ("InvalidData", {"eventTime": "soon"}),
        ("InvalidData", {"eventTime": "2099-01-01T00:00:00Z"}),
        ("InvalidData", {"eventTime": "1999-01-01T00:00:00Z"}),
        ("InvalidData", {"requestParameters": [1]}),
    ],
)
def test_bad_events_fail_alone(put, account, code, members):
    answer = put(event(account, id="good"), event(account, id="bad", **members))
    assert [it["id"] for it in answer["successful"]] == ["good"]
    [failed] = answer["failed"]
    assert (failed["id"], failed["errorCode"]) == ("bad", code), failed
    assert failed["errorMessage"]


def test_a_bad_checksum_fails(put, account):
    sent = event(account, id="bad")
    sent["eventData"] += " "
    [failed] = put(sent)["failed"]
    assert failed["errorCode"] == "InvalidChecksum"
    plain = put(event(account, id="plain", checksum=False))
    assert len(plain["successful"]) == 1
    no_json = put({"id": "text", "eventData": "not JSON"})
    assert no_json["failed"][0]["errorCode"] == "InvalidData"


def test_a_request_has_its_limits(fresh, trail, account):
    channel = lake.channel(trail)
    data = fresh.client("cloudtrail-data", checked=False)

    def send(events):
        return data.put_audit_events(channelArn=channel, auditEvents=events)

    assert len(send([event(account) for _ in range(100)])["successful"]) == 100
    refused("ValidationException", send, events=[event(account) for _ in range(101)])
    refused("ValidationException", send, events=[])
    refused("ValidationException", send, events=[event(account, id="no good")])
    large = {"requestParameters": {"a": "x" * 100_000}}
    refused("ValidationException", send, events=[event(account, **large) for _ in range(11)])


def test_an_events_call_is_a_data_event(fresh, put, account):
    put(event(account))
    records = found(fresh, "events", "--did", "cloudtrail-data:PutAuditEvents")
    assert len(records) == 1
    assert records[0]["eventCategory"] == "Data" and records[0]["managementEvent"] is False
    assert records[0]["resources"][0]["type"] == "AWS::CloudTrail::Channel"
    assert "PutAuditEvents" not in [it["EventName"] for it in fresh.events() if "EventName" in it]


def test_the_cli_puts_events(fresh, trail, account):
    channel = lake.channel(trail)
    sent = event(account, id="by-cli")
    answer = fresh.aws(
        "cloudtrail-data", "put-audit-events", "--channel-arn", channel,
        "--audit-events", json.dumps([sent]),
    )
    assert answer["successful"][0]["id"] == "by-cli"
