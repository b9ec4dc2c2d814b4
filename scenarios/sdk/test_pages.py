"""What the port shows to a browser and to a monitor."""


def test_health(server):
    assert server.http("/healthz")[0] == 200


def test_metrics(server):
    server.client("sts").get_caller_identity()
    status, headers, text = server.http("/metrics")
    assert status == 200
    assert headers["Content-Type"].startswith("text/plain")
    samples = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert samples and all(len(line.rsplit(" ", 1)) == 2 for line in samples)
    assert any(line.startswith("pugmark_") for line in samples)


def test_the_front_page_says_what_to_type_next(server):
    status, headers, text = server.http("/")
    assert status == 200
    assert headers["Content-Type"].startswith("text/html")
    assert "Pugmark" in text
    assert "lookup-events" in text


def test_a_page_that_is_none_is_not_found(server):
    assert server.http("/no-such-page")[0] in (403, 404)
