"""`--dev`: for tests and laptops. Any key works; a key of twelve digits names its account."""

import pytest

from server import pugmark


@pytest.fixture
def dev(start):
    return start("--dev")


def account_of(server, key):
    return server.client("sts", key=key, secret="anything").get_caller_identity()["Account"]


def test_any_key_works(dev):
    assert account_of(dev, "test") == "123456789012"
    assert account_of(dev, "AKIAANYTHINGATALL000") == "123456789012"


def test_twelve_digits_name_the_account(dev):
    assert account_of(dev, "111122223333") == "111122223333"


def test_accounts_do_not_see_each_other(dev):
    account_of(dev, "111122223333")
    for key, seen in [("111122223333", 1), ("444455556666", 0)]:
        trail = dev.client("cloudtrail", key=key, secret="x")
        names = [e["EventName"] for e in trail.lookup_events()["Events"]]
        assert names.count("GetCallerIdentity") == seen


def test_the_default_account_can_be_named(start):
    server = start("--dev", "--account-id", "999900001111")
    assert account_of(server, "test") == "999900001111"


def test_reset_empties_everything(dev):
    account_of(dev, "test")
    assert dev.http("/_pugmark/reset", "POST", b"")[0] == 200
    trail = dev.client("cloudtrail", key="test", secret="x")
    assert "GetCallerIdentity" not in [e["EventName"] for e in trail.lookup_events()["Events"]]


def test_a_strange_web_page_cannot_reset(dev):
    account_of(dev, "test")
    strange = {"Origin": "https://example.com"}
    assert dev.http("/_pugmark/reset", "POST", b"", strange)[0] >= 400
    trail = dev.client("cloudtrail", key="test", secret="x")
    assert "GetCallerIdentity" in [e["EventName"] for e in trail.lookup_events()["Events"]]


def test_a_secure_server_cannot_be_reset(server):
    assert server.http("/_pugmark/reset", "POST", b"")[0] >= 400
    assert server.client("cloudtrail").lookup_events(MaxResults=1)["Events"]


def test_a_directory_born_in_dev_refuses_a_secure_start(dev, tmp_path):
    dev.stop()
    ran = pugmark("up", "--data", dev.data, "--listen", "127.0.0.1:0", home=tmp_path)
    assert ran.returncode not in (0, None)
    assert "dev" in ran.stderr
