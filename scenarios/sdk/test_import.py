"""A directory of logs goes in while the server runs; nothing counts twice, nothing is lost."""

import json
import re

import pytest

import logs
from server import attribute


@pytest.fixture(scope="module")
def account(server):
    return server.client("sts").get_caller_identity()["Account"]


@pytest.fixture(scope="module")
def pile(tmp_path_factory, account):
    directory = tmp_path_factory.mktemp("pile")
    return directory, logs.write_pile(directory, account)


@pytest.fixture(scope="module")
def imported(server, pile):
    """What `pugmark import` said about the pile."""
    ran = server.pugmark("import", pile[0])
    return ran.stdout + ran.stderr


def numbers(text):
    return {int(digits.replace(",", "")) for digits in re.findall(r"\d[\d,]*", text)}


def by_id(server, word):
    return server.events(LookupAttributes=attribute("EventId", logs.event_id(word)))


def test_the_summary_counts_and_names(imported, pile, account):
    assert pile[1] in numbers(imported), imported
    assert "us-east-1" in imported
    assert account in imported
    assert "digest" in imported
    assert "package.json" in imported


def test_every_oddity_is_found_again(server, imported, account):
    hidden = ("no id", "insight", "thirteen digits")
    for word, made in logs.oddities(account).items():
        if word not in hidden:
            (event,) = by_id(server, word)
            assert json.loads(event["CloudTrailEvent"]) == made, word


def test_insights_stand_in_their_own_category(server, imported):
    found = server.events(EventCategory="insight")
    assert logs.event_id("insight") in [event["EventId"] for event in found]
    assert by_id(server, "insight") == []


def test_a_record_without_id_is_found_by_name(server, imported):
    found = server.records(LookupAttributes=attribute("Username", "odd-olga"))
    assert [r for r in found if "eventID" not in r and r["requestParameters"]["userName"] == "no id"]


def test_records_joined_from_two_packings_are_whole(server, imported, account):
    for n in range(10):
        (event,) = by_id(server, f"joined {n}")
        made = logs.record(f"joined {n}", account, 30 + n)
        assert json.loads(event["CloudTrailEvent"]) == made


def test_of_two_with_one_id_one_is_shown(server, imported, account):
    (event,) = by_id(server, "conflict")
    addresses = {made["sourceIPAddress"] for made in logs.conflict(account)}
    assert json.loads(event["CloudTrailEvent"])["sourceIPAddress"] in addresses
    both = server.pugmark("event", logs.event_id("conflict"), "--all").stdout
    assert all(address in both for address in addresses)


def test_importing_again_adds_nothing(server, imported, pile):
    before = server.events(LookupAttributes=attribute("Username", "odd-olga"))
    server.pugmark("import", pile[0])
    after = server.events(LookupAttributes=attribute("Username", "odd-olga"))
    assert [e["EventId"] for e in after if "EventId" in e] == [
        e["EventId"] for e in before if "EventId" in e
    ]


def test_a_damaged_file_is_named_and_the_rest_goes_in(fresh, tmp_path):
    account = fresh.client("sts").get_caller_identity()["Account"]
    pile = tmp_path / "pile"
    logs.write_records(pile / "good.json.gz", [logs.record("good", account)])
    logs.write_records(pile / "cut.json.gz", [logs.record("cut", account)])
    cut = pile / "cut.json.gz"
    cut.write_bytes(cut.read_bytes()[:-20])
    (pile / "noise.json.gz").write_bytes(b"\x1f\x8b" + bytes(range(200)))
    ran = fresh.pugmark("import", pile, code=6)
    assert "cut.json.gz" in ran.stdout + ran.stderr
    assert "noise.json.gz" in ran.stdout + ran.stderr
    assert len(by_id(fresh, "good")) == 1


def test_a_path_that_is_none_is_said(fresh, tmp_path):
    ran = fresh.pugmark("import", tmp_path / "nowhere", code=1)
    assert "nowhere" in ran.stderr


def test_a_directory_at_rest_can_be_filled_and_asked(start, tmp_path):
    pile = tmp_path / "pile"
    logs.write_records(pile / "one.json", [logs.record("at rest", "111122223333")])
    resting = start()
    resting.stop()
    resting.pugmark("import", pile)
    told = resting.pugmark("events", "--who", "lookup-alice", "-o", "ndjson").stdout
    assert logs.event_id("at rest") in told
