"""What the scenarios of CloudTrail Lake share: stores, channels and events from outside."""

import base64
import datetime
import hashlib
import json
import uuid

import pytest
from botocore.exceptions import ClientError

ALL_LOGS = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def iso(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def name(prefix="kennel"):
    """A name that no other test uses."""
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def refused(code, call, **parameters):
    """The message of a call that must be refused with `code`."""
    with pytest.raises(ClientError) as error:
        call(**parameters)
    answer = error.value.response["Error"]
    assert answer["Code"] == code, answer
    assert answer.get("Message"), answer
    return answer["Message"]


def store(trail, **more):
    """Makes an event data store and gives its ARN."""
    more.setdefault("Name", name())
    more.setdefault("TerminationProtectionEnabled", False)
    return trail.create_event_data_store(**more)["EventDataStoreArn"]


def log_store(trail):
    """Makes a store of events from outside."""
    return store(trail, AdvancedEventSelectors=ALL_LOGS, MultiRegionEnabled=False)


def destination(arn):
    return [{"Type": "EVENT_DATA_STORE", "Location": arn}]


def channel(trail, *stores, **more):
    """Makes a channel into stores and gives its ARN."""
    stores = stores or [log_store(trail)]
    more.setdefault("Name", name("channel"))
    more.setdefault("Source", "Custom")
    to = [place for arn in stores for place in destination(arn)]
    return trail.create_channel(Destinations=to, **more)["ChannelArn"]


def data(account, **more):
    """The text of an event's eventData; `None` leaves a member out."""
    members = {
        "version": "1.0",
        "userIdentity": {"type": "Person", "principalId": "otto", "details": {"team": "pugs"}},
        "userAgent": "pug/1",
        "eventSource": "kennel.example.com",
        "eventName": "Feed",
        "eventTime": iso(now()),
        "UID": uuid.uuid4().hex,
        "requestParameters": {"bowl": "blue"},
        "sourceIPAddress": "192.0.2.7",
        "recipientAccountId": account,
    }
    members.update(more)
    return json.dumps({k: v for k, v in members.items() if v is not None})


def event(account, id=None, checksum=True, **more):
    """An event as PutAuditEvents takes it."""
    text = data(account, **more)
    sent = {"id": id or uuid.uuid4().hex, "eventData": text}
    if checksum:
        sum = hashlib.sha256(text.encode()).digest()
        sent["eventDataChecksum"] = base64.b64encode(sum).decode()
    return sent


def found(server, *words):
    """The records that the command line finds."""
    ran = server.pugmark(*words, "--output", "ndjson")
    return [json.loads(line) for line in ran.stdout.splitlines()]
