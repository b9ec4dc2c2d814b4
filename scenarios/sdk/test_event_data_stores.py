"""Event data stores: made, changed, stopped, deleted and restored."""

import re

import pytest

import lake
from lake import refused, store


@pytest.fixture
def trail(fresh):
    return fresh.client("cloudtrail")


def status(trail, arn):
    return trail.get_event_data_store(EventDataStore=arn)["Status"]


def test_a_store_is_made_as_aws_makes_it(trail):
    made = trail.create_event_data_store(
        Name="kennel", TagsList=[{"Key": "team", "Value": "pugs"}]
    )
    arn = made["EventDataStoreArn"]
    assert re.fullmatch(r"arn:aws:cloudtrail:us-east-1:\d{12}:eventdatastore/[0-9a-f-]{36}", arn)
    assert made["Status"] == "CREATED"
    assert made["RetentionPeriod"] == 366
    assert made["BillingMode"] == "EXTENDABLE_RETENTION_PRICING"
    assert made["MultiRegionEnabled"] and made["TerminationProtectionEnabled"]
    assert not made["OrganizationEnabled"]
    assert made["TagsList"] == [{"Key": "team", "Value": "pugs"}]
    fields = made["AdvancedEventSelectors"][0]["FieldSelectors"]
    assert fields == [{"Field": "eventCategory", "Equals": ["Management"]}]
    told = trail.get_event_data_store(EventDataStore=arn.split("/")[1])
    assert told["Status"] == "ENABLED"
    for key in ("EventDataStoreArn", "Name", "RetentionPeriod", "CreatedTimestamp"):
        assert told[key] == made[key]


def test_bad_stores_are_refused(trail):
    create = trail.create_event_data_store
    store(trail, Name="taken")
    refused("EventDataStoreAlreadyExistsException", create, Name="taken")
    refused("EventDataStoreAlreadyExistsException", create, Name="pugmark")
    refused("InvalidParameterException", create, Name="no spaces please")
    refused("InvalidParameterException", create, Name="abc", RetentionPeriod=3654)
    fixed = {"BillingMode": "FIXED_RETENTION_PRICING", "RetentionPeriod": 2558}
    refused("InvalidParameterException", create, Name="abc", **fixed)
    refused("OrganizationsNotInUseException", create, Name="abc", OrganizationEnabled=True)
    refused("KmsKeyNotFoundException", create, Name="abc", KmsKeyId="alias/none")
    refused("InvalidTagParameterException", create, Name="abc", TagsList=[{"Key": "aws:x", "Value": "1"}])
    wrong = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Everything"]}]}]
    said = refused("InvalidEventSelectorsException", create, Name="abc", AdvancedEventSelectors=wrong)
    assert "`Everything`" in said
    wild = [{"FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "readOnly", "NotEquals": ["true"]},
    ]}]
    refused("InvalidEventSelectorsException", create, Name="abc", AdvancedEventSelectors=wild)


def test_the_eleventh_store_of_a_region_is_refused(fresh, trail):
    for number in range(10):
        store(trail, Name=f"kennel-{number}")
    trail.delete_event_data_store(EventDataStore=trail.list_event_data_stores()["EventDataStores"][-1]["EventDataStoreArn"])
    refused("EventDataStoreMaxLimitExceededException", trail.create_event_data_store, Name="one-more")
    store(fresh.client("cloudtrail", region="eu-west-1"), Name="elsewhere")


def test_lists_come_in_pages_with_the_built_in_store(trail):
    made = {store(trail) for _ in range(5)}
    listed, token = [], {}
    while True:
        page = trail.list_event_data_stores(MaxResults=2, **token)
        assert len(page["EventDataStores"]) <= 2
        listed += page["EventDataStores"]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert {it["EventDataStoreArn"] for it in listed} - made == {listed[0]["EventDataStoreArn"]}
    assert listed[0]["Name"] == "pugmark" and listed[0]["Status"] == "ENABLED"
    refused("InvalidNextTokenException", trail.list_event_data_stores, NextToken="nonsense")
    refused("InvalidNextTokenException", trail.list_channels, NextToken=token["NextToken"])


def test_too_large_a_page_is_refused(fresh):
    trail = fresh.client("cloudtrail", checked=False)
    for size in (0, 1001):
        refused("InvalidMaxResultsException", trail.list_event_data_stores, MaxResults=size)


def test_a_store_is_updated(trail):
    arn = store(trail)
    selectors = [{"Name": "writes", "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "eventName", "NotStartsWith": ["Get", "List"], "NotEquals": ["LookupEvents"]},
    ]}]
    changed = trail.update_event_data_store(
        EventDataStore=arn, Name="renamed", RetentionPeriod=30, MultiRegionEnabled=False,
        TerminationProtectionEnabled=True, AdvancedEventSelectors=selectors,
    )
    told = trail.get_event_data_store(EventDataStore=arn)
    for answer in (changed, told):
        assert answer["Name"] == "renamed" and answer["RetentionPeriod"] == 30
        assert answer["AdvancedEventSelectors"] == selectors
        assert not answer["MultiRegionEnabled"] and answer["TerminationProtectionEnabled"]
    assert told["UpdatedTimestamp"] >= told["CreatedTimestamp"]


def test_bad_updates_are_refused(trail):
    arn, other = store(trail), store(trail, Name="other")
    update = trail.update_event_data_store
    refused("EventDataStoreAlreadyExistsException", update, EventDataStore=arn, Name="other")
    refused("InvalidParameterException", update, EventDataStore=arn, BillingMode="FIXED_RETENTION_PRICING")
    refused("InvalidEventSelectorsException", update, EventDataStore=arn, AdvancedEventSelectors=lake.ALL_LOGS)
    trail.delete_event_data_store(EventDataStore=other)
    refused("InactiveEventDataStoreException", update, EventDataStore=other, Name="later")


def test_stores_that_are_none_are_refused(fresh, trail):
    get = trail.get_event_data_store
    refused("EventDataStoreARNInvalidException", get, EventDataStore="what")
    refused("EventDataStoreNotFoundException", get, EventDataStore="11111111-2222-3333-4444-555555555555")
    arn = store(trail)
    elsewhere = fresh.client("cloudtrail", region="eu-west-1").get_event_data_store
    refused("EventDataStoreNotFoundException", elsewhere, EventDataStore=arn)
    account = arn.split(":")[4]
    refused("EventDataStoreNotFoundException", get, EventDataStore=arn.replace(account, "999988887777"))


def test_a_store_is_deleted_and_restored(trail):
    arn = store(trail, TerminationProtectionEnabled=True)
    delete, restore = trail.delete_event_data_store, trail.restore_event_data_store
    refused("InvalidEventDataStoreStatusException", restore, EventDataStore=arn)
    refused("EventDataStoreTerminationProtectedException", delete, EventDataStore=arn)
    trail.update_event_data_store(EventDataStore=arn, TerminationProtectionEnabled=False)
    delete(EventDataStore=arn)
    assert status(trail, arn) == "PENDING_DELETION"
    refused("InactiveEventDataStoreException", delete, EventDataStore=arn)
    assert restore(EventDataStore=arn)["Status"] == "ENABLED"
    assert status(trail, arn) == "ENABLED"


def test_ingestion_stops_and_starts(trail):
    arn = store(trail)
    start, stop = trail.start_event_data_store_ingestion, trail.stop_event_data_store_ingestion
    refused("InvalidEventDataStoreStatusException", start, EventDataStore=arn)
    stop(EventDataStore=arn)
    assert status(trail, arn) == "STOPPED_INGESTION"
    refused("InvalidEventDataStoreStatusException", stop, EventDataStore=arn)
    start(EventDataStore=arn)
    assert status(trail, arn) == "ENABLED"
    assert status(trail, store(trail, StartIngestion=False)) == "STOPPED_INGESTION"
    logs = lake.log_store(trail)
    refused("InvalidEventDataStoreCategoryException", stop, EventDataStore=logs)


def test_the_built_in_store_stays_as_it_is(trail):
    built_in = trail.get_event_data_store(EventDataStore="pugmark")
    arn = built_in["EventDataStoreArn"]
    assert built_in["Name"] == "pugmark" and built_in["TerminationProtectionEnabled"]
    one = {"EventDataStore": arn}
    for call in (
        trail.delete_event_data_store, trail.stop_event_data_store_ingestion,
        trail.start_event_data_store_ingestion, trail.restore_event_data_store,
        trail.update_event_data_store,
    ):
        refused("OperationNotPermittedException", call, **one)


def test_tags_come_and_go(trail):
    arn = store(trail, TagsList=[{"Key": "a", "Value": "1"}])
    channel = lake.channel(trail)
    trail.add_tags(ResourceId=arn, TagsList=[{"Key": "a", "Value": "2"}, {"Key": "b"}])
    trail.add_tags(ResourceId=channel, TagsList=[{"Key": "c", "Value": "3"}])
    listed = trail.list_tags(ResourceIdList=[channel, arn])["ResourceTagList"]
    assert [it["ResourceId"] for it in listed] == [channel, arn]
    assert listed[0]["TagsList"] == [{"Key": "c", "Value": "3"}]
    assert listed[1]["TagsList"] == [{"Key": "a", "Value": "2"}, {"Key": "b"}]
    trail.remove_tags(ResourceId=arn, TagsList=[{"Key": "a"}, {"Key": "never there"}])
    assert trail.list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"] == [{"Key": "b"}]


def test_bad_tags_are_refused(trail):
    arn = store(trail)
    add = trail.add_tags
    many = [{"Key": str(n), "Value": "v"} for n in range(51)]
    refused("TagsLimitExceededException", add, ResourceId=arn, TagsList=many)
    twice = [{"Key": "a"}, {"Key": "a"}]
    refused("InvalidTagParameterException", add, ResourceId=arn, TagsList=twice)
    refused("CloudTrailARNInvalidException", add, ResourceId="what", TagsList=[])
    gone = arn[:-4] + "0000"
    refused("EventDataStoreNotFoundException", add, ResourceId=gone, TagsList=[])
    trail_arn = arn.replace("eventdatastore/", "trail/")
    refused("ResourceNotFoundException", add, ResourceId=trail_arn, TagsList=[])
    trail.delete_event_data_store(EventDataStore=arn)
    refused("InactiveEventDataStoreException", add, ResourceId=arn, TagsList=[{"Key": "a"}])


def test_event_configuration_is_kept(trail):
    arn = store(trail)
    get, put = trail.get_event_configuration, trail.put_event_configuration
    assert get(EventDataStore=arn)["MaxEventSize"] == "Standard"
    keys = [{"Type": "RequestContext", "Equals": ["aws:username", "aws:SourceIp"]}]
    answer = put(EventDataStore=arn, MaxEventSize="Large", ContextKeySelectors=keys)
    assert answer["EventDataStoreArn"] == arn
    told = get(EventDataStore=arn)
    assert told["MaxEventSize"] == "Large" and told["ContextKeySelectors"] == keys
    refused("InvalidParameterCombinationException", put, EventDataStore=arn, ContextKeySelectors=keys)
    refused("TrailNotFoundException", put, TrailName="none", MaxEventSize="Large")
    refused("InvalidParameterCombinationException", get)
    refused("TrailNotFoundException", get, TrailName="none")
    logs = lake.log_store(trail)
    refused("InvalidEventDataStoreCategoryException", put, EventDataStore=logs, MaxEventSize="Large")


def test_context_is_in_records_and_not_in_lookups(fresh, trail):
    arn = store(trail)
    keys = [{"Type": "RequestContext", "Equals": ["aws:username", "aws:RequestedRegion"]}]
    trail.put_event_configuration(EventDataStore=arn, MaxEventSize="Large", ContextKeySelectors=keys)
    trail.get_event_data_store(EventDataStore=arn)
    whole = lake.found(fresh, "events", "--did", "cloudtrail:GetEventDataStore")[0]
    context = {"requestContext": {"aws:username": "admin", "aws:RequestedRegion": "us-east-1"}}
    assert whole["eventContext"] == context
    shown = [it for it in fresh.records() if it["eventName"] == "GetEventDataStore"]
    assert shown and all("eventContext" not in it for it in shown)


def test_records_are_cut_where_all_stores_ask_for_standard_ones(fresh, trail):
    def asked():
        large = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["x" * 2000] * 150}]}
        refused("InvalidEventSelectorsException", trail.create_event_data_store, Name="large", AdvancedEventSelectors=[large])
        record = lake.found(fresh, "events", "--did", "cloudtrail:CreateEventDataStore", "--failed")[0]
        return record["requestParameters"]

    assert asked()["name"] == "large"
    arn = store(trail)
    trail.put_event_configuration(EventDataStore=arn, MaxEventSize="Standard")
    cut = asked()
    assert cut["omitted"] is True and cut["reason"] == "requestParameters too large"
    assert cut["originalSize"] > 300_000
    trail.put_event_configuration(EventDataStore=arn, MaxEventSize="Large")
    assert asked()["name"] == "large"


def test_each_call_leaves_a_record_that_says_whether_it_only_read(fresh, trail):
    arn = store(trail, Name="recorded")
    trail.get_event_data_store(EventDataStore=arn)
    refused("EventDataStoreARNInvalidException", trail.get_event_data_store, EventDataStore="what")
    made, got = (
        [it for it in fresh.records() if it["eventName"] == name]
        for name in ("CreateEventDataStore", "GetEventDataStore")
    )
    assert made[0]["readOnly"] is False and made[0]["requestParameters"]["name"] == "recorded"
    assert made[0]["responseElements"]["eventDataStoreArn"] == arn
    assert [it["readOnly"] for it in got] == [True, True]
    assert sorted(it.get("errorCode", "") for it in got) == ["", "EventDataStoreARNInvalidException"]


def test_a_restart_keeps_everything(start, tmp_path):
    server = start(data=tmp_path / "kept")
    trail = server.client("cloudtrail")
    arn = store(trail, TagsList=[{"Key": "a", "Value": "1"}])
    channel = lake.channel(trail)
    stopped = store(trail, StartIngestion=False)
    trail.put_event_configuration(EventDataStore=arn, MaxEventSize="Large")
    before = trail.get_event_data_store(EventDataStore=arn)
    server.kill()
    server.start()
    trail = server.client("cloudtrail")
    after = trail.get_event_data_store(EventDataStore=arn)
    assert {k: v for k, v in after.items() if k != "ResponseMetadata"} == {
        k: v for k, v in before.items() if k != "ResponseMetadata"
    }
    assert status(trail, stopped) == "STOPPED_INGESTION"
    assert trail.get_channel(Channel=channel)["ChannelArn"] == channel
    assert trail.get_event_configuration(EventDataStore=arn)["MaxEventSize"] == "Large"


def test_the_cli_makes_a_store(fresh):
    made = fresh.aws("cloudtrail", "create-event-data-store", "--name", "by-cli")
    listed = fresh.aws("cloudtrail", "list-event-data-stores")["EventDataStores"]
    assert made["EventDataStoreArn"] in [it["EventDataStoreArn"] for it in listed]
