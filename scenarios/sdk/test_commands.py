"""The everyday questions, on a terminal's other side: each as table, JSON, NDJSON and CSV."""

import csv
import io
import json

import pytest

import logs


@pytest.fixture(scope="module")
def asked(server, tmp_path_factory):
    """A server with a few records of an old story of its own."""
    directory = tmp_path_factory.mktemp("asked")
    account = server.client("sts").get_caller_identity()["Account"]
    denied = {"errorCode": "AccessDenied", "errorMessage": "not authorized to perform"}
    who = {
        "type": "IAMUser",
        "userName": "asked-anna",
        "arn": f"arn:aws:iam::{account}:user/asked-anna",
        "accountId": account,
        "accessKeyId": "AKIAEXAMPLEANNA00001",
    }
    trail = {"eventSource": "cloudtrail.amazonaws.com", "eventName": "DeleteTrail"}
    records = [
        logs.record("asked 1", account, 1, userIdentity=who),
        logs.record("asked 2", account, 2, userIdentity=who, **denied),
        logs.record("asked 3", account, 3, userIdentity=who, **trail),
    ]
    logs.write_records(directory / "asked.json.gz", records)
    server.pugmark("import", directory)
    return server


def ids(*words):
    return {logs.event_id(word) for word in words}


def found_in(text):
    every = ids("asked 1", "asked 2", "asked 3")
    return {event for event in every if event in text}


def test_who(asked):
    told = asked.pugmark("events", "--who", "asked-anna", "-o", "ndjson").stdout
    lines = told.splitlines()
    assert len(lines) == 3
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert found_in(told) == ids("asked 1", "asked 2", "asked 3")


def test_piped_output_is_ndjson(asked):
    piped = asked.pugmark("events", "--who", "asked-anna").stdout
    assert piped == asked.pugmark("events", "--who", "asked-anna", "-o", "ndjson").stdout


def test_did_and_failed(asked):
    words = ["events", "--who", "asked-anna", "--did", "iam:*"]
    assert found_in(asked.pugmark(*words).stdout) == ids("asked 1", "asked 2")
    assert found_in(asked.pugmark(*words, "--failed").stdout) == ids("asked 2")


def test_json_and_csv_and_table(asked):
    words = ["events", "--who", "asked-anna", "-o"]
    rows = json.loads(asked.pugmark(*words, "json").stdout)
    assert isinstance(rows, list) and len(rows) == 3
    table = list(csv.reader(io.StringIO(asked.pugmark(*words, "csv").stdout)))
    assert len(table) == 4 and len({len(row) for row in table}) == 1
    assert "DeleteTrail" in asked.pugmark(*words, "table").stdout


def test_who_did(asked):
    told = asked.pugmark("who", "did", "DeleteTrail").stdout
    assert "asked-anna" in told


def test_one_record_by_its_id(asked):
    told = asked.pugmark("event", logs.event_id("asked 2"), "-o", "json").stdout
    assert "AccessDenied" in told and "not authorized to perform" in told


def test_nothing_found_is_not_an_error_unless_asked(asked):
    words = ["events", "--who", "nobody-of-that-name"]
    assert asked.pugmark(*words).stdout.strip() in ("", "[]")
    asked.pugmark(*words, "--fail-empty", code=3)


def test_data_goes_to_stdout_and_talk_to_stderr(asked):
    ran = asked.pugmark("events", "--who", "asked-anna", "-o", "json")
    json.loads(ran.stdout)


def test_a_wrong_option_is_a_usage_error(run):
    assert run("events", "--no-such-option").returncode == 2
    assert run("version").returncode == 0


def test_a_server_that_is_not_there_is_said(run, tmp_path):
    ran = run("env", "--data", tmp_path / "nothing-here")
    assert ran.returncode != 0
    assert "pugmark up" in ran.stderr
