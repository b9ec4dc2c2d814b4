"""`pugmark verify` and `pugmark doctor`: from outside, on directories that servers made."""

import hashlib
import json
import shutil

import pytest

import logs
from server import pugmark


@pytest.fixture
def full(fresh, tmp_path):
    """A server with an import in parts and some calls of its own."""
    records = [logs.record(f"verify {n}", minutes=n) for n in range(300)]
    logs.write_records(tmp_path / "logs" / "verify.json.gz", records)
    fresh.pugmark("import", tmp_path / "logs")
    for _ in range(5):
        fresh.client("sts").get_caller_identity()
    return fresh


@pytest.fixture
def copy(full, tmp_path):
    """Its directory, closed in order, to be broken."""
    assert full.stop() == 0
    return shutil.copytree(full.data, tmp_path / "copy")


def verify(lake, *words, home):
    return pugmark("verify", lake, *words, home=home)


def first_word(ran):
    return ran.stdout.split(maxsplit=1)[0].rstrip(":")


def every_file(lake):
    files = [path for path in lake.rglob("*") if path.is_file()]
    return {path.relative_to(lake): hashlib.sha256(path.read_bytes()).digest() for path in files}


def part(lake):
    return max(lake.glob("parts/*.part"))


def flip(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 4
    path.write_bytes(content)


def test_a_sound_directory_is_proved_and_not_touched(copy, tmp_path):
    before = every_file(copy)
    ran = verify(copy, home=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert first_word(ran) == "PROVED"
    assert every_file(copy) == before


def test_the_report_says_what_was_looked_at(copy, tmp_path):
    report = json.loads(verify(copy, "-o", "json", home=tmp_path).stdout)
    assert report["verdict"] == "PROVED"
    assert report["flaws"] == [] and report["doubts"] == []
    checked = report["checked"]
    assert checked["partRecords"] >= 300
    assert checked["leaves"] == checked["partRecords"] + checked["tailRecords"]


def test_beside_a_running_server(full):
    for _ in range(3):
        full.client("sts").get_caller_identity()
        ran = full.pugmark("verify")
        assert first_word(ran) == "PROVED", ran.stdout
    assert full.is_healthy()


def test_after_a_kill(full, tmp_path):
    full.kill()
    assert first_word(verify(full.data, home=tmp_path)) == "PROVED"


def test_a_flipped_byte_in_a_part(copy, tmp_path):
    path = part(copy)
    flip(path, path.stat().st_size // 2)
    ran = verify(copy, home=tmp_path)
    assert (ran.returncode, first_word(ran)) == (1, "TAMPERED"), ran.stdout
    assert path.name in ran.stdout


@pytest.mark.parametrize("pattern", ["journal/*.seg", "state/*.snap", "root.key"])
def test_a_flipped_byte_elsewhere(copy, tmp_path, pattern):
    path = max(copy.glob(pattern))
    flip(path, path.stat().st_size // 2)
    ran = verify(copy, home=tmp_path)
    assert (ran.returncode, first_word(ran)) == (1, "TAMPERED"), ran.stdout


def test_a_missing_part(copy, tmp_path):
    path = part(copy)
    path.unlink()
    ran = verify(copy, "-o", "json", home=tmp_path)
    report = json.loads(ran.stdout)
    assert (ran.returncode, report["verdict"]) == (1, "GAP"), report
    assert any(path.name in flaw["file"] for flaw in report["flaws"])


def test_a_journal_without_its_end(copy, tmp_path):
    path = max(copy.glob("journal/*.seg"))
    path.write_bytes(path.read_bytes()[:-100])
    ran = verify(copy, home=tmp_path)
    assert (ran.returncode, first_word(ran)) == (1, "TRUNCATED"), ran.stdout


def test_a_copied_part(copy, tmp_path):
    shutil.copy(part(copy), copy / "parts" / "forged.part")
    ran = verify(copy, home=tmp_path)
    assert (ran.returncode, first_word(ran)) == (1, "UNREFERENCED"), ran.stdout


def test_nothing_proves_nothing(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    for lake in (empty, tmp_path / "absent"):
        ran = verify(lake, home=tmp_path)
        assert (ran.returncode, first_word(ran)) == (6, "UNKNOWN"), ran.stdout
    assert list(empty.iterdir()) == [] and not (tmp_path / "absent").exists()


def test_a_wrong_command_line(run):
    assert run("verify", "one", "two").returncode == 2


def test_the_doctor_looks_at_everything_and_leaves_nothing(full):
    before = {path for path in full.data.iterdir()}
    ran = pugmark("doctor", "--data", full.data, "-o", "json", home=full.home)
    lines = json.loads(ran.stdout)
    assert ran.returncode == (1 if any(line["state"] == "bad" for line in lines) else 0)
    found = {line["check"]: line for line in lines}
    assert "in use by the server at" in found["directory"]["cause"]
    assert "median" in found["sync"]["cause"]
    for line in lines:
        assert line["state"] in ("ok", "warning", "bad")
        assert line["state"] == "ok" or line["next"]
    assert {path for path in full.data.iterdir()} == before


def test_the_doctor_sees_a_key_that_others_may_read(copy, tmp_path):
    (copy / "root.key").chmod(0o644)
    ran = pugmark("doctor", "--data", copy, "-o", "ndjson", home=tmp_path)
    assert ran.returncode == 1, ran.stdout
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert any("root.key" in line["cause"] and line["state"] == "bad" for line in lines)
