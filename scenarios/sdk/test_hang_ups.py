"""Clients that hang up before the answer: what they began is on record all the same."""

import json
import socket
import time
import urllib.parse

import lake
import raw

FOREVER = (
    "SELECT count(*) FROM UNNEST(sequence(1, 10000)) a(x) CROSS JOIN UNNEST(sequence(1, 10000)) "
    "b(y) CROSS JOIN UNNEST(sequence(1, 10000)) c(z) WHERE x + y + z = 7"
)


def hang_up(server, service, target, body, after_s):
    """Sends a signed call and closes the connection `after_s` seconds later."""
    body = json.dumps(body).encode()
    headers = {"X-Amz-Target": target, "Content-Type": raw.JSON}
    headers = raw.sign(server, service, "/", body, headers) | {"Content-Length": str(len(body))}
    address = urllib.parse.urlsplit(server.address)
    headers["Host"] = address.netloc
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\n{head}\r\n".encode() + body)
        time.sleep(after_s)


def until(happened):
    for _ in range(200):
        found = happened()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen within ten seconds")


def test_whatever_was_begun_is_on_record(fresh):
    cloudtrail = fresh.client("cloudtrail")
    for n in range(40):
        target = raw.CLOUDTRAIL + "StartQuery"
        hang_up(fresh, "cloudtrail", target, {"QueryStatement": f"SELECT {n}"}, n * 0.0002)

    def begun_and_recorded():
        listed = cloudtrail.list_queries(EventDataStore="pugmark", MaxResults=1000)["Queries"]
        records = lake.found(fresh, "events", "--all", "--did", "cloudtrail:StartQuery")
        return len(listed), len([it for it in records if "errorCode" not in it])

    until(lambda: begun_and_recorded()[1] >= 30)
    time.sleep(1)
    begun, recorded = begun_and_recorded()
    assert begun == recorded


def test_a_question_that_nobody_waits_for_ends(fresh):
    hang_up(fresh, "pugmark", "Pugmark_20261101.Query", {"statement": FOREVER}, 1)
    record = until(lambda: lake.found(fresh, "events", "--did", "pugmark:Query"))[0]
    assert record["errorCode"], record
