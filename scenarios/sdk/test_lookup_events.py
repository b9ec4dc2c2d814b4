"""LookupEvents as AWS documents it: eight attributes, one at a time, newest first, 50 a page."""

import datetime
import json

import pytest
from botocore.exceptions import ClientError

import logs
from server import attribute

NOW = datetime.datetime.now(datetime.timezone.utc)


@pytest.fixture(scope="module")
def account(server):
    return server.client("sts").get_caller_identity()["Account"]


@pytest.fixture(scope="module")
def story(server, account, tmp_path_factory):
    """A few records of resources, as a log file of AWS's would bring them."""
    directory = tmp_path_factory.mktemp("story")
    records = logs.resource_story(account)
    logs.write_records(directory / "story.json.gz", records)
    server.pugmark("import", directory)
    return {record["eventName"]: record for record in records}


def code_of(call, **parameters):
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return refused.value.response["Error"]["Code"]


def cli_lookup(server, key, value):
    words = ["--lookup-attributes", f"AttributeKey={key},AttributeValue={value}"]
    return server.aws("cloudtrail", "lookup-events", *words)["Events"]


@pytest.mark.parametrize(
    "key, field",
    [
        ("EventId", "eventID"),
        ("EventName", "eventName"),
        ("EventSource", "eventSource"),
    ],
)
def test_attributes_of_the_call(server, story, key, field):
    wanted = story["CreateUser"][field]
    found = server.events(LookupAttributes=attribute(key, wanted))
    assert story["CreateUser"]["eventID"] in [event["EventId"] for event in found]
    assert all(json.loads(event["CloudTrailEvent"])[field] == wanted for event in found)
    assert cli_lookup(server, key, wanted)[0]["EventId"] == found[0]["EventId"]


@pytest.mark.parametrize("value", ["true", "false"])
def test_attribute_read_only(server, story, value):
    found = server.events(LookupAttributes=attribute("ReadOnly", value))
    assert found and all(event["ReadOnly"] == value for event in found)
    assert cli_lookup(server, "ReadOnly", value)[0]["ReadOnly"] == value
    is_write = story["CreateUser"]["eventID"] in [event["EventId"] for event in found]
    assert is_write == (value == "false")


def test_attribute_username(server, story):
    found = server.events(LookupAttributes=attribute("Username", "story-sara"))
    ids = {r["eventID"] for r in story.values() if logs.user_name(r) == "story-sara"}
    assert {event["EventId"] for event in found} == ids
    assert all(event["Username"] == "story-sara" for event in found)
    assert cli_lookup(server, "Username", "story-sara")[0]["Username"] == "story-sara"


def test_username_of_a_role_is_its_session(server, story):
    found = server.events(LookupAttributes=attribute("Username", "lookup-session"))
    assert [event["EventId"] for event in found] == [story["StopLogging"]["eventID"]]


def test_attribute_access_key_id(server, story):
    key = story["CreateUser"]["userIdentity"]["accessKeyId"]
    found = server.events(LookupAttributes=attribute("AccessKeyId", key))
    assert found and all(event["AccessKeyId"] == key for event in found)
    assert cli_lookup(server, "AccessKeyId", key)[0]["AccessKeyId"] == key


def test_attribute_resource_type(server, story):
    found = server.events(LookupAttributes=attribute("ResourceType", "AWS::IAM::User"))
    assert story["CreateUser"]["eventID"] in [event["EventId"] for event in found]
    for event in found:
        assert "AWS::IAM::User" in [r.get("ResourceType") for r in event["Resources"]]
    cli = cli_lookup(server, "ResourceType", "AWS::IAM::User")
    assert cli[0]["EventId"] == found[0]["EventId"]


def test_attribute_resource_name(server, story):
    found = server.events(LookupAttributes=attribute("ResourceName", "lookup-intern"))
    assert [event["EventId"] for event in found] == [story["CreateUser"]["eventID"]]
    names = [r.get("ResourceName") for r in found[0]["Resources"]]
    assert "lookup-intern" in names
    assert len(cli_lookup(server, "ResourceName", "lookup-intern")) == 1


def test_resources_the_record_names_itself(server, story):
    arn = story["Decrypt"]["resources"][0]["ARN"]
    found = server.events(LookupAttributes=attribute("ResourceName", arn))
    assert [event["EventId"] for event in found] == [story["Decrypt"]["eventID"]]
    assert {"ResourceType": "AWS::KMS::Key", "ResourceName": arn} in found[0]["Resources"]


def test_a_record_comes_back_byte_for_byte(server, account, tmp_path):
    raw = logs.oddly_spelt(account)
    (tmp_path / "odd.json").write_text('{"Records":[' + raw + "]}")
    server.pugmark("import", tmp_path)
    wanted = json.loads(raw)["eventID"]
    (event,) = server.events(LookupAttributes=attribute("EventId", wanted))
    assert event["CloudTrailEvent"] == raw


def test_two_attributes_are_refused(server):
    two = attribute("EventName", "A") + attribute("Username", "b")
    call = server.client("cloudtrail").lookup_events
    assert code_of(call, LookupAttributes=two) == "InvalidLookupAttributesException"


def test_an_unknown_attribute_is_refused(server):
    call = server.client("cloudtrail").lookup_events
    code = code_of(call, LookupAttributes=attribute("Colour", "red"))
    assert code == "InvalidLookupAttributesException"


def test_a_value_too_long_is_refused(server):
    call = server.client("cloudtrail").lookup_events
    long = attribute("Username", "_" * 1001)
    assert code_of(call, LookupAttributes=long) == "InvalidLookupAttributesException"


def test_a_range_that_runs_backwards_is_refused(server):
    call = server.client("cloudtrail").lookup_events
    backwards = {"StartTime": NOW, "EndTime": NOW - datetime.timedelta(hours=1)}
    assert code_of(call, **backwards) == "InvalidTimeRangeException"
    complaint = server.aws(
        "cloudtrail", "lookup-events",
        "--start-time", "2026-01-02", "--end-time", "2026-01-01", good=False,
    )
    assert "InvalidTimeRangeException" in complaint


def test_a_range_is_inclusive_at_both_ends(server, story):
    for record in (story["CreateUser"], story["Decrypt"]):
        at = datetime.datetime.fromisoformat(record["eventTime"].replace("Z", "+00:00"))
        found = server.events(StartTime=at, EndTime=at)
        assert record["eventID"] in [event["EventId"] for event in found]


def test_a_page_of_51_is_refused(server):
    call = server.client("cloudtrail").lookup_events
    assert code_of(call, MaxResults=51) == "InvalidMaxResultsException"
    complaint = server.aws("cloudtrail", "lookup-events", "--page-size", "51", good=False)
    assert "InvalidMaxResultsException" in complaint


def test_pages_hold_what_they_are_asked_for(server):
    call = server.client("cloudtrail").lookup_events
    for _ in range(3):
        server.client("sts").get_caller_identity()
    assert len(call(MaxResults=1)["Events"]) == 1
    assert len(call(MaxResults=2)["Events"]) == 2


def test_paging_shows_each_record_once_newest_first(fresh):
    sts = fresh.client("sts")
    calls = [sts.get_caller_identity()["ResponseMetadata"]["RequestId"] for _ in range(130)]
    pages = list(fresh.client("cloudtrail").get_paginator("lookup_events").paginate())
    assert [len(page["Events"]) for page in pages[:-1]] == [50] * (len(pages) - 1)
    assert len(pages) >= 3
    events = [event for page in pages for event in page["Events"]]
    ids = [event["EventId"] for event in events]
    assert len(ids) == len(set(ids))
    times = [event["EventTime"] for event in events]
    assert times == sorted(times, reverse=True)
    shown = [json.loads(event["CloudTrailEvent"])["requestID"] for event in events]
    assert [request for request in shown if request in set(calls)] == calls[::-1]


def test_the_cli_pages_by_itself(fresh):
    sts = fresh.client("sts")
    for _ in range(60):
        sts.get_caller_identity()
    events = cli_lookup(fresh, "EventName", "GetCallerIdentity")
    assert len(events) == 60


def test_paging_stands_still_while_new_records_arrive(fresh):
    sts, trail = fresh.client("sts"), fresh.client("cloudtrail")
    only = {"LookupAttributes": attribute("EventName", "GetCallerIdentity"), "MaxResults": 10}
    calls = [sts.get_caller_identity()["ResponseMetadata"]["RequestId"] for _ in range(25)]
    page, shown = trail.lookup_events(**only), []
    while True:
        shown += [json.loads(e["CloudTrailEvent"])["requestID"] for e in page["Events"]]
        if "NextToken" not in page:
            break
        sts.get_caller_identity()
        page = trail.lookup_events(NextToken=page["NextToken"], **only)
    assert shown == calls[::-1]


def test_a_token_serves_only_its_own_question(server):
    trail = server.client("cloudtrail")
    for _ in range(3):
        server.client("sts").get_caller_identity()
    question = {"LookupAttributes": attribute("EventName", "GetCallerIdentity"), "MaxResults": 1}
    token = trail.lookup_events(**question)["NextToken"]
    other = question | {"LookupAttributes": attribute("EventName", "LookupEvents")}
    assert code_of(trail.lookup_events, NextToken=token, **other) == "InvalidNextTokenException"
    for forged in ("made-up", token[:-2], token + "AA"):
        code = code_of(trail.lookup_events, NextToken=forged, **question)
        assert code == "InvalidNextTokenException"


def test_another_region_has_another_history(server):
    server.client("sts").get_caller_identity()
    elsewhere = server.client("cloudtrail", region="eu-west-1")
    names = attribute("EventName", "GetCallerIdentity")
    assert elsewhere.lookup_events(LookupAttributes=names)["Events"] == []


def test_insights_are_another_category(server):
    server.client("sts").get_caller_identity()
    insights = server.records(EventCategory="insight")
    assert all(record["eventCategory"] == "Insight" for record in insights)
    call = server.client("cloudtrail").lookup_events
    assert code_of(call, EventCategory="other") == "InvalidEventCategoryException"


def test_only_extended_looks_beyond_ninety_days_and_the_own_account(start, tmp_path):
    shown = start()
    logs.write_records(tmp_path / "logs" / "old.json.gz", logs.beyond_reach())
    shown.pugmark("import", tmp_path / "logs")
    names = {"LookupAttributes": attribute("EventName", "BeyondReach")}
    assert shown.events(**names) == []
    shown.stop()
    extended = start("--extended", data=shown.data)
    assert len(extended.events(**names)) == len(logs.beyond_reach())
