"""Bytes that are no proper request: each gets an answer or a closed door, others are served."""

import os
import re
import socket
import subprocess
import time

import pytest

import raw
from server import LISTENING, bare_environment, binary

PATIENCE_S = 20
HOST = b"Host: 127.0.0.1\r\n"
LAST = b"Connection: close\r\n\r\n"
MORE_THAN_ANY_BODY = (10 << 20) + 1
MORE_THAN_ALL_PLACES = 1_100


def post(*lines, body=b""):
    head = b"".join(b"%b\r\n" % line for line in lines)
    return b"POST / HTTP/1.1\r\n" + HOST + head + b"\r\n" + body


def get(path=b"/healthz", *lines):
    head = b"".join(b"%b\r\n" % line for line in lines)
    return b"GET %b HTTP/1.1\r\n" % path + HOST + head + LAST


CHUNKED = b"Transfer-Encoding: chunked"
SMUGGLED = b"0\r\n\r\n" + get()
REQUESTS = {
    # name: (bytes, the statuses that may be answered; 0: the connection is closed)
    "http 1.0": (b"GET /healthz HTTP/1.0\r\n\r\n", [200]),
    "http 0.9": (b"GET /\r\n\r\n", [400]),
    "http 2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", [0, 400]),
    "tls": (bytes.fromhex("16030100f4010000f00303") + bytes(range(230)), [400]),
    "rubbish": (os.urandom(500) + b"\r\n\r\n", [400]),
    "header of 100 KB": (get(b"/healthz", b"X: " + b"a" * 100_000), [431]),
    "10,000 headers": (get(b"/healthz", *[b"x%d: y" % n for n in range(10_000)]), [431]),
    "path of 100 KB": (get(b"/" + b"a" * 100_000), [414, 431]),
    "no colon": (get(b"/healthz", b"nonsense"), [400]),
    "zero byte": (get(b"/healthz", b"X: a\0b"), [400]),
    "space before colon": (post(b"Content-Length : 5", body=b"hello"), [400]),
    "folded header": (get(b"/healthz", b"X: a\r\n b"), [400]),
    "negative length": (post(b"Content-Length: -5"), [400]),
    "signed length": (post(b"Content-Length: +5", body=b"hello"), [400]),
    "length beyond numbers": (post(b"Content-Length: " + b"9" * 30), [400]),
    "length of 10 GB": (post(b"Content-Length: 10737418240", body=b"hello"), [413]),
    "two lengths": (post(b"Content-Length: 5", b"Content-Length: 6", body=b"hello!"), [400]),
    "length and chunks": (post(b"Content-Length: 4", CHUNKED, body=SMUGGLED), [400, 403]),
    "unknown coding": (post(b"Transfer-Encoding: xchunked", body=SMUGGLED), [400]),
    "chunked is not last": (post(CHUNKED + b", identity", body=SMUGGLED), [400]),
    "chunks in http 1.0": (post(CHUNKED, body=b"0\r\n\r\n").replace(b"1.1", b"1.0"), [400]),
    "chunk of no size": (post(CHUNKED, body=b"zz\r\nhello\r\n0\r\n\r\n"), [400]),
    "chunk beyond numbers": (post(CHUNKED, body=b"f" * 20 + b"\r\nhello\r\n"), [400]),
    "chunk that lies": (post(CHUNKED, body=b"3\r\nhello\r\n0\r\n\r\n"), [400]),
    "chunk extension of 1 MB": (post(CHUNKED, body=b"5;" + b"a" * 1_000_000), [400]),
    "expects too much": (post(b"Content-Length: 10485761", b"Expect: 100-continue"), [413]),
    "connect": (b"CONNECT example.com:80 HTTP/1.1\r\n" + HOST + LAST, [400, 403, 404]),
    "up the tree": (get(b"/../../etc/passwd"), [403]),
    "up the tree, encoded": (get(b"/%2e%2e/%2e%2e/etc/passwd"), [403]),
    "our own files": (get(b"/credentials"), [403]),
    "not quite ours": (get(b"/healthz/../metrics"), [403]),
}


def connect(server):
    host, port = server.address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE_S)


def exchange(server, request):
    """All that comes back until the server closes."""
    with connect(server) as plug:
        try:
            plug.sendall(request)
        except OSError:
            pass  # a refusal may come before everything is sent
        answer = b""
        try:
            while chunk := plug.recv(65536):
                answer += chunk
        except OSError:
            pass
        return answer


def statuses(answer):
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


@pytest.mark.parametrize("case", REQUESTS, ids=lambda case: case.replace(" ", "-"))
def test_an_odd_request_is_answered_once_or_the_door_closed(server, case):
    request, allowed = REQUESTS[case]
    found = statuses(exchange(server, request)) or [0]
    assert len(found) == 1 and found[0] in allowed, found
    assert server.client("sts").get_caller_identity()["Account"]


def signed(server, body, *lines):
    """A call of STS as bytes."""
    request = raw.sign(server, "sts", "/", body, {"Content-Type": raw.FORM})
    head = [f"{name}: {value}".encode() for name, value in request.items()]
    host = server.address.removeprefix("http://").encode()
    every = [b"Host: " + host, b"Content-Length: %d" % len(body), *head, *lines]
    return b"POST / HTTP/1.1\r\n" + b"".join(b"%b\r\n" % line for line in every) + b"\r\n" + body


WHO = b"Action=GetCallerIdentity&Version=2011-06-15"


def test_requests_in_a_row_are_answered_in_order(server):
    found = statuses(exchange(server, signed(server, WHO) * 20 + get()))
    assert found == [200] * 21


def test_a_body_is_asked_for_before_it_is_sent(server):
    with connect(server) as plug:
        plug.sendall(signed(server, WHO, b"Expect: 100-continue").removesuffix(WHO))
        assert statuses(plug.recv(65536)) == [100]
        plug.sendall(WHO)
        assert statuses(plug.recv(65536)) == [200]


def test_a_body_beyond_the_limit_is_told_the_limit(server):
    for size, status in [(MORE_THAN_ANY_BODY - 1, 400), (MORE_THAN_ANY_BODY, 413)]:
        body = b"Action=GetCallerIdentity&Version=2011-06-15&Action=" + b"x" * size
        answer = exchange(server, signed(server, body[:size], b"Connection: close"))
        assert statuses(answer) == [status], answer[:500]
        assert status == 400 or b"larger than 10485760 bytes" in answer


def test_many_that_say_nothing_keep_nobody_out(fresh):
    busy = fresh.client("sts")
    busy.get_caller_identity()
    silent = []
    try:
        for _ in range(MORE_THAN_ALL_PLACES):
            silent.append(connect(fresh))
        began = time.monotonic()
        assert fresh.client("sts").get_caller_identity()["Account"]
        assert time.monotonic() - began < 5
        assert fresh.is_healthy()
    finally:
        for plug in silent:
            plug.close()


def test_nobody_listening_to_its_talk_does_not_stop_a_server(tmp_path):
    words = [binary(), "up", "--data", tmp_path / "lake", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        words, stderr=subprocess.PIPE, text=True, env=bare_environment(tmp_path)
    )
    try:
        address = next(filter(None, map(LISTENING.search, process.stderr))).group(1)
        process.stderr.close()
        plug = socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])))
        with plug:
            unsigned = post(b"Content-Type: " + raw.FORM.encode(), b"Content-Length: 43", body=WHO)
            plug.sendall(unsigned)  # refused, and said so in the log that nobody reads
            assert statuses(plug.recv(65536)) == [403]
    finally:
        process.terminate()
    assert process.wait(PATIENCE_S) == 0
