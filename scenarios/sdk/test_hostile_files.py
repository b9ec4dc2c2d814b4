"""Files made to hurt: each is counted and named, none costs more than its share, none hangs."""

import gzip
import json
import os
import socket
import subprocess
import time
import zlib
from pathlib import Path

import pytest

import logs
from server import bare_environment, binary

PATIENCE_S = 60
MEMORY_MAX_MB = 160
BIG_MB = 40


def record(word, **changes):
    return json.dumps(logs.record(word, **changes)).encode()


def zeros(megabytes):
    """A gzip member that says very much in very few bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()


def wrapped(*records):
    return b'{"Records":[' + b",".join(records) + b"]}"


def packed():
    return gzip.compress(logs.wrap([logs.record(f"packed {n}") for n in range(500)]))


def damaged():
    content = bytearray(packed())
    middle = len(content) // 2
    content[middle : middle + 16] = b"\xff" * 16
    return bytes(content)


def deep():
    inner = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    head = b'{"eventTime":"2026-01-01T00:00:00Z","eventName":"Deep","requestParameters":'
    return wrapped(head + inner + b"}", record("behind the deep one"))


def big():
    large = record("big", requestParameters={"x": "y" * (BIG_MB << 20)})
    return wrapped(record("before"), large, record("after"))


FILES = {
    # name: (file, content, exit code, records, what the summary says)
    "bomb": ("a.json.gz", lambda: zeros(256), 6, 0, "gzip bomb"),
    "bomb of many members": ("a.json.gz", lambda: zeros(64) * 40, 6, 0, "gzip bomb"),
    "bomb in gzip": ("a.json.gz", lambda: gzip.compress(zeros(256)), 6, 0, "gzip inside gzip"),
    "cut gzip": ("a.json.gz", lambda: packed()[:2000], 6, 0, "truncated gzip"),
    "damaged gzip": ("a.json.gz", damaged, 6, 0, "damaged gzip"),
    "rubbish behind gzip": ("a.json.gz", lambda: packed() + b"x", 6, 500, "damaged gzip"),
    "deep arrays": ("a.json", lambda: b"[" * 100_000 + b"]" * 100_000, 6, 0, "too deeply"),
    "deep record": ("a.json", deep, 6, 1, "too deeply"),
    "never closed": ("a.json", lambda: b'{"a":' * 1_000_000, 6, 0, "too deeply"),
    "big record": ("a.json", big, 6, 2, "too large"),
    "empty": ("a.json", bytes, 0, 0, "empty file"),
    "utf-16": ("a.json", lambda: record("wide").decode().encode("utf-16"), 6, 0, "UTF-16"),
    "not utf-8": ("a.json", lambda: record("odd").replace(b"odd", b"\xff"), 6, 0, "not UTF-8"),
    "a million nothings": ("a.json", lambda: b"1\n" * 1_000_000, 0, 0, "1,000,000"),
}


def most_memory_mb(process):
    """The most a running process has held so far; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return max((int(line.split()[1]) for line in lines if "VmHWM" in line), default=0) / 1024


def take_in(*paths, data, home):
    """Imports; (exit code, all that was said, most memory in MB)."""
    words = [binary(), "import", *map(str, paths), "--data", str(data), "-o", "table"]
    with (home / "said").open("wb") as said:
        process = subprocess.Popen(words, stdout=said, stderr=said, env=bare_environment(home))
    end, memory = time.monotonic() + PATIENCE_S, 0
    while process.poll() is None and time.monotonic() < end:
        memory = max(memory, most_memory_mb(process))
        time.sleep(0.002)
    process.kill()
    return process.wait(), (home / "said").read_text(), memory


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.replace(" ", "-"))
def test_a_hostile_file_is_named_and_costs_little(tmp_path, case):
    name, content, expected, records, said = FILES[case]
    pile = tmp_path / "pile"
    pile.mkdir()
    (pile / name).write_bytes(content())
    code, told, memory = take_in(pile, data=tmp_path / "lake", home=tmp_path)
    assert code == expected, told
    assert said in told and name in told
    noun = "record" if records == 1 else "records"
    assert f"added     {records} {noun}" in told
    assert memory < MEMORY_MAX_MB, f"{memory:.0f} MB"


def a_pipe(path):
    os.mkfifo(path)


def a_device(path):
    path.symlink_to("/dev/zero")


def a_socket(path):
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(str(path))


@pytest.mark.parametrize("make", [a_pipe, a_device, a_socket])
def test_what_is_no_file_is_passed_by_among_others_and_refused_alone(tmp_path, make, monkeypatch):
    pile = tmp_path / "pile"
    logs.write_records(pile / "good.json", [logs.record("beside")])
    monkeypatch.chdir(pile)  # the name of a socket must be short
    make(pile.joinpath("x.json.gz").relative_to(pile))
    code, told, memory = take_in(pile, data=tmp_path / "lake", home=tmp_path)
    assert "added     1 record" in told and "x.json.gz" in told, told
    assert memory < MEMORY_MAX_MB
    code, told, memory = take_in(pile / "x.json.gz", data=tmp_path / "lake", home=tmp_path)
    assert code == 1 and "no file and no directory" in told, told
    assert memory < MEMORY_MAX_MB


def test_links_in_circles_come_to_an_end(tmp_path):
    pile = tmp_path / "pile"
    logs.write_records(pile / "good.json", [logs.record("in a circle")])
    (pile / "sub").mkdir()
    (pile / "sub" / "up").symlink_to(pile)
    (pile / "self").symlink_to("self")
    code, told, _ = take_in(pile, data=tmp_path / "lake", home=tmp_path)
    assert "added     1 record" in told, told
    assert code == 6 and "link to a directory" in told and "cannot be read" in told


def test_no_name_speaks_to_the_terminal(tmp_path):
    pile = os.fsencode(tmp_path / "pile")
    os.mkdir(pile)
    names = [
        "line\nfeed.json", "\x1b[31mred\x1b]0;title\x07.json", "\r\n  next:  rm.json",
        "e\u202egnp.json", b"bytes\xff.json",
    ]
    for name in names:
        with open(os.path.join(pile, os.fsencode(name)), "wb") as file:
            file.write(b"nonsense")
    code, told, _ = take_in(tmp_path / "pile", data=tmp_path / "lake", home=tmp_path)
    assert "5 not JSON" in told, told
    acting = [c for c in told if (ord(c) < 32 and c != "\n") or c in "\x7f\u202e"]
    assert acting == []
    assert "\n  next:  rm" not in told


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_counted_and_named(tmp_path):
    pile = tmp_path / "pile"
    for name in ("good", "secret", "below/hidden"):
        logs.write_records(pile / f"{name}.json", [logs.record(name)])
    (pile / "secret.json").chmod(0)
    (pile / "below").chmod(0)
    try:
        code, told, _ = take_in(pile, data=tmp_path / "lake", home=tmp_path)
    finally:
        (pile / "below").chmod(0o700)
    assert code == 6 and "2 cannot be read" in told, told
    assert "secret.json" in told and "below" in told
