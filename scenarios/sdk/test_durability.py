"""What was acknowledged is still there, whatever happens to the process."""

import threading

import pytest

from server import Server, attribute, pugmark


def acknowledged_until_killed(server, calls_before_kill):
    """Calls from four threads until the server dies; the ids it acknowledged."""
    ids, enough = [], threading.Event()

    def call():
        sts = server.client("sts")
        try:
            while True:
                ids.append(sts.get_caller_identity()["ResponseMetadata"]["RequestId"])
                if len(ids) >= calls_before_kill:
                    enough.set()
        except Exception:  # the server is gone: that is the point
            enough.set()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    enough.wait(60)
    server.kill()
    for thread in threads:
        thread.join()
    return ids


@pytest.mark.parametrize("calls", [1, 40, 200])
def test_every_acknowledged_call_outlives_a_kill(fresh, calls):
    acknowledged = acknowledged_until_killed(fresh, calls)
    assert len(acknowledged) >= calls
    fresh.start()
    found = fresh.records(LookupAttributes=attribute("EventName", "GetCallerIdentity"))
    shown = [record["requestID"] for record in found]
    assert len(shown) == len(set(shown)), "a call counts twice"
    assert set(acknowledged) <= set(shown)


def test_the_key_outlives_a_restart(fresh):
    before = fresh.credentials
    lent = fresh.client("sts").get_session_token()["Credentials"]
    assert fresh.stop() == 0
    fresh.start()
    assert fresh.credentials == before
    keys = lent["AccessKeyId"], lent["SecretAccessKey"], lent["SessionToken"]
    assert fresh.client("sts", *keys).get_caller_identity()["Arn"].endswith(":user/admin")


def test_a_second_server_on_the_same_directory_is_refused(fresh, tmp_path):
    ran = pugmark("up", "--data", fresh.data, "--listen", "127.0.0.1:0", home=tmp_path)
    assert ran.returncode not in (0, None)
    assert str(fresh.data) in ran.stderr
    assert fresh.is_healthy()


def test_a_damaged_middle_is_an_alarm_not_a_silence(fresh, tmp_path):
    sts = fresh.client("sts")
    for _ in range(50):
        sts.get_caller_identity()
    fresh.kill()
    files = [path for path in fresh.data.rglob("*") if path.is_file()]
    journals = [path for path in files if "journal" in str(path.relative_to(fresh.data))]
    journal = max(journals, key=lambda path: path.stat().st_size)
    content = bytearray(journal.read_bytes())
    middle = len(content.rstrip(b"\0")) // 2
    content[middle : middle + 8] = b"\xff" * 8
    journal.write_bytes(bytes(content))
    ran = pugmark("up", "--data", fresh.data, "--listen", "127.0.0.1:0", home=tmp_path)
    assert ran.returncode not in (0, None)
    assert journal.name in ran.stderr


@pytest.mark.parametrize("flags", [[], ["--dev"]], ids=["secure", "dev"])
def test_a_listener_beyond_loopback_without_tls_is_refused(tmp_path, flags):
    words = ["up", "--data", tmp_path / "lake", "--listen", "0.0.0.0:0", *flags]
    ran = pugmark(*words, home=tmp_path)
    assert ran.returncode not in (0, None)
    assert "TLS" in ran.stderr or "loopback" in ran.stderr


def test_an_interrupted_start_leaves_a_directory_that_starts(tmp_path):
    for _ in range(3):
        server = Server(tmp_path / "lake", tmp_path).start()
        server.kill()
    server = Server(tmp_path / "lake", tmp_path).start()
    assert server.client("sts").get_caller_identity()["Account"]
    assert server.stop() == 0
