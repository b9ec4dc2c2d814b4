"""A directory that a newer pugmark wrote is refused, the file named, and nothing in it changed."""

import hashlib
import json
import shutil
import struct

import pytest

import logs
from server import pugmark

COMMANDS = [("up", "--listen", "127.0.0.1:0"), ("events",), ("status",), ("import", "logs")]


def crc32c(content):
    """Castagnoli's, bit by bit: a header is short."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return struct.pack("<I", crc ^ 0xFFFFFFFF)


def stamp(lake):
    path = lake / "directory.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 3, "more": {}}))
    return "format 3"


def segment(lake):
    path = max(lake.glob("journal/*.seg"))
    content = bytearray(path.read_bytes())
    content[8:12] = struct.pack("<I", 2)
    content[124:128] = crc32c(content[:124])
    path.write_bytes(content)
    return path.name


def snapshot(lake):
    path = max(lake.glob("state/*.snap"))
    content = bytearray(path.read_bytes())
    content[8:12] = struct.pack("<I", 2)
    content[104:136] = hashlib.sha256(content[:104] + content[136:]).digest()
    path.write_bytes(content)
    return path.name


def part(lake):
    path = max(lake.glob("parts/*.part"))
    content = bytearray(path.read_bytes())
    content[7] = 2
    path.write_bytes(content)
    return path.stem


def contents(directory):
    files = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """A lake at rest, with a journal, State and a part."""
    home = tmp_path_factory.mktemp("newer")
    logs.write_records(home / "logs" / "one.json.gz", [logs.record("one"), logs.record("two")])
    ran = pugmark("import", home / "logs", "--data", home / "lake", home=home)
    assert ran.returncode == 0, ran.stderr
    return home / "lake"


@pytest.mark.parametrize("spoil", [stamp, segment, snapshot, part])
def test_a_newer_format_is_refused_and_left_alone(tmp_path, run, lake, spoil, monkeypatch):
    monkeypatch.chdir(lake.parent)
    newer = shutil.copytree(lake, tmp_path / "lake")
    named = spoil(newer)
    before = contents(newer)
    for command in COMMANDS:
        ran = run(*command, "--data", newer)
        assert ran.returncode == 1, ran.stderr
        assert named in ran.stderr and "newer pugmark" in ran.stderr, ran.stderr
        assert "tried:" in ran.stderr and "next:" in ran.stderr
        assert contents(newer) == before, command
