"""More than the server can do: everybody is answered, the fair share stays, nothing is half done."""

import http.client
import threading
import time

import botocore.exceptions
import pytest

import raw
from test_hostile_http import CHUNKED, WHO, connect, exchange, get, post, signed, statuses

FLOODS = ("111111111111", "any")
IS_CALM = ("222222222222", "any")
BODY = 10 << 20
MORE_THAN_A_STRANGERS_SHARE = 200  # which is half of 256 requests


def metric(server, name):
    """The sum over all labels."""
    text = server.http("/metrics")[2]
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


def begin(server, head, count):
    """Connections that send a head and keep the body to themselves."""
    plugs = [connect(server) for _ in range(count)]
    for plug in plugs:
        plug.sendall(head)
    return plugs


def close(plugs):
    for plug in plugs:
        plug.close()


def wait_until(happened, patience_s=15):
    end = time.monotonic() + patience_s
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def unfinished(server, size=100):
    """A signed call whose body does not come."""
    length = b"Content-Length: %d"
    return signed(server, WHO).replace(length % len(WHO), length % size).removesuffix(WHO)


def test_who_finds_no_room_is_throttled_in_its_own_words(fresh):
    known = fresh.client("sts")
    known.get_caller_identity()  # from here on this connection is the account's
    before = fresh.http("/metrics")[2]
    assert 'pugmark_throttled_unread_total{crowd="requests"} 0' in before
    plugs = begin(fresh, unfinished(fresh), MORE_THAN_A_STRANGERS_SHARE)
    try:
        wait_until(lambda: not is_let_in(fresh))
        answers = []
        for service, target, content, body, words in [
            ("sts", None, raw.FORM, WHO, (400, "<Code>Throttling</Code>")),
            ("ec2", None, raw.FORM, b"Action=DescribeRegions", (503, "RequestLimitExceeded")),
            ("cloudtrail", "LookupEvents", raw.JSON, b"{}", (400, "ThrottlingException")),
        ]:
            headers = {"Content-Type": content}
            if target:
                headers["X-Amz-Target"] = raw.CLOUDTRAIL + target
            answer = raw.send(fresh, service, "/", body, headers)
            assert answer.status == words[0] and words[1] in answer.data.decode(), answer.data
            assert 1 <= int(answer.headers["Retry-After"]) <= 4
            answers.append(answer.headers["x-amzn-requestid"])
        assert known.get_caller_identity()["Account"], "an account has room of its own"
        assert fresh.is_healthy(), "whoever watches is answered"
    finally:
        close(plugs)
    wait_until(lambda: is_let_in(fresh))
    assert metric(fresh, "pugmark_throttled_unread_total") >= 3
    recorded = {record["requestID"] for record in fresh.records()}
    assert recorded and not recorded & set(answers), "nobody was proved to have asked"


def is_let_in(server):
    """True when there is room for a stranger."""
    try:
        return bool(server.client("sts").get_caller_identity()["Account"])
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "Throttling"
        return False


def test_a_body_that_trickles_is_given_up(fresh):
    plug = begin(fresh, unfinished(fresh), 1)[0]
    with plug:
        began = time.monotonic()
        plug.settimeout(25)
        answer = b""
        while b"\r\n\r\n" not in answer:
            try:
                plug.sendall(b"x")
            except OSError:
                pass
            plug.settimeout(1)
            try:
                chunk = plug.recv(65536)
            except TimeoutError:
                assert time.monotonic() - began < 25, "a trickle keeps a place for ever"
                continue
            if not chunk:
                break
            answer += chunk
        assert statuses(answer) == [408], answer


def test_a_body_without_end_is_cut_off(fresh):
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    endless = post(CHUNKED, body=chunk * (2 * BODY // 0x10000))
    assert statuses(exchange(fresh, endless)) == [413]
    assert fresh.client("sts").get_caller_identity()["Account"]


def test_bodies_of_strangers_have_a_bound(fresh):
    """Ten connections send most of 10 MB each and stop; there is not room for all of them."""
    head = post(b"Content-Length: %d" % BODY, b"Content-Type: application/json")
    part = b"x" * (BODY - 1)
    answers = []

    def send():
        with connect(fresh) as plug:
            try:
                plug.sendall(head + part)
                answers.append(statuses(plug.recv(65536)))
            except OSError:
                answers.append([])

    threads = [threading.Thread(target=send, daemon=True) for _ in range(10)]
    for thread in threads:
        thread.start()
    wait_until(lambda: [400] in answers)
    assert metric(fresh, 'pugmark_throttled_unread_total{crowd="bytes"}') >= 1
    assert fresh.is_healthy()


def test_a_flood_of_one_account_leaves_another_its_calls(start):
    server = start("--dev")
    over = threading.Event()
    answered = []

    def flood():
        headers = raw.sign(server, "sts", "/", WHO, {"Content-Type": raw.FORM}, FLOODS)
        plug = http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=30)
        while not over.is_set():
            plug.request("POST", "/", WHO, headers)
            answer = plug.getresponse()
            answer.read()
            answered.append(answer.status)
        plug.close()

    calm = server.client("sts", *IS_CALM)
    assert calm.get_caller_identity()["Account"] == IS_CALM[0]
    threads = [threading.Thread(target=flood, daemon=True) for _ in range(40)]
    try:
        for thread in threads:
            thread.start()
        for _ in range(50):
            assert calm.get_caller_identity()["Account"] == IS_CALM[0]
    finally:
        over.set()
    for thread in threads:
        thread.join(30)
    assert answered.count(200) > 0 and set(answered) <= {200, 400}
    assert metric(server, "pugmark_records") == answered.count(200) + 51


def test_many_heads_that_never_end_keep_nobody_out(fresh):
    half = get().removesuffix(b"\r\n")
    plugs = []
    try:
        for _ in range(1_100):
            plug = connect(fresh)
            plugs.append(plug)
            plug.sendall(half)
        assert fresh.client("sts").get_caller_identity()["Account"]
        assert fresh.is_healthy()
    finally:
        close(plugs)


def test_a_false_claim_of_a_key_costs_the_victim_nothing(fresh):
    victim = fresh.client("sts")
    victim.get_caller_identity()
    plugs = begin(fresh, unfinished(fresh), MORE_THAN_A_STRANGERS_SHARE)  # with the victim's key
    try:
        wait_until(lambda: not is_let_in(fresh))
        for _ in range(5):
            assert victim.get_caller_identity()["Account"]
        with pytest.raises(botocore.exceptions.ClientError, match="Throttling"):
            fresh.client("sts").get_caller_identity()
    finally:
        close(plugs)
