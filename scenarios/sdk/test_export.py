"""`pugmark export`: what was recorded, read by DuckDB and pyarrow without us."""

import datetime
import json
import secrets

import duckdb
import pyarrow.parquet
import pytest

import logs

ACCOUNT = "111122223333"
MANY = 40_000


@pytest.fixture
def pile(tmp_path):
    """Log files, and each record's text as it stands there."""
    records = [logs.record(f"exported {n}", ACCOUNT, 60 * n) for n in range(100)]
    logs.write_records(tmp_path / "logs/a.json.gz", records)
    return tmp_path / "logs", {json.dumps(made, separators=(",", ":")) for made in records}


@pytest.fixture
def exported(run, pile, tmp_path):
    """A directory of files that was written from an imported pile while no server runs."""
    for words in (["import", pile[0]], ["export", "--parquet", tmp_path / "out"]):
        ran = run(*words, "--data", tmp_path / "data")
        assert ran.returncode == 0, ran.stderr
    return tmp_path / "out"


def ask(directory, statement):
    return duckdb.sql(statement.replace("FILES", f"'{directory}/*.parquet'")).fetchall()


def test_duckdb_reads_every_record_byte_for_byte(exported, pile):
    texts = [text for (text,) in ask(exported, "SELECT eventJson FROM FILES")]
    assert len(texts) == 100 and set(texts) == pile[1]


def test_columns_have_types_and_members_of_rows_have_columns(exported, pile):
    made = [json.loads(text) for text in pile[1]]
    arns = sorted({it["userIdentity"]["arn"] for it in made})
    asked = ask(exported, 'SELECT DISTINCT "userIdentity.arn" FROM FILES ORDER BY 1')
    assert [arn for (arn,) in asked] == arns
    ((first, last),) = ask(exported, "SELECT min(eventTime), max(eventTime) FROM FILES")
    times = sorted(datetime.datetime.fromisoformat(it["eventTime"][:-1]) for it in made)
    assert (first, last) == (times[0], times[-1])
    (kind,) = {type(value) for (value,) in ask(exported, "SELECT readOnly FROM FILES")} - {type(None)}
    assert kind is bool


def test_files_are_nobody_elses_to_read(exported):
    assert exported.stat().st_mode & 0o777 == 0o700
    assert {it.stat().st_mode & 0o777 for it in exported.iterdir()} == {0o600}
    assert {it.suffix for it in exported.iterdir()} == {".parquet"}


def test_a_time_is_held_to_and_nothing_is_written_twice(run, exported, pile, tmp_path):
    times = sorted(json.loads(text)["eventTime"] for text in pile[1])
    since, until = times[10], times[20]
    words = ("export", "--since", since, "--until", until, "--data", tmp_path / "data")
    assert run(*words, "--parquet", tmp_path / "some").returncode == 0
    ((count,),) = ask(tmp_path / "some", "SELECT count(*) FROM FILES")
    assert count == len([time for time in times if since <= time < until])
    refused = run(*words, "--parquet", exported)
    assert refused.returncode == 1 and "count twice" in refused.stderr


def test_beside_a_server_files_hold_what_goes_into_an_answer(fresh, tmp_path):
    records = [
        {**logs.record(f"many {n}", ACCOUNT, n), "userAgent": secrets.token_hex(100)}
        for n in range(MANY)
    ]
    logs.write_records(tmp_path / "logs/many.json.gz", records)
    fresh.pugmark("import", tmp_path / "logs")
    fresh.pugmark("export", "--parquet", tmp_path / "out")
    files = sorted((tmp_path / "out").iterdir())
    assert len(files) > 2, files
    assert max(pyarrow.parquet.read_metadata(it).serialized_size for it in files) < 1 << 20
    wanted = {made["eventID"] for made in records}
    found = [id for (id,) in ask(tmp_path / "out", "SELECT eventID FROM FILES")]
    assert len(found) == len(set(found)) and wanted <= set(found)
