"""What the scenarios share: servers on directories of their own."""

import pytest

import server as servers


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A secure server that many tests share: each looks only for what it did itself."""
    home = tmp_path_factory.mktemp("home")
    running = servers.Server(tmp_path_factory.mktemp("data") / "lake", home).start()
    yield running
    assert running.stop() == 0, "".join(running.talk)


@pytest.fixture
def start(tmp_path):
    """Starts more servers: `start("--dev")`; each has a directory of its own unless told."""
    started = []

    def start(*flags, data=None):
        directory = data or tmp_path / f"lake-{len(started)}"
        running = servers.Server(directory, tmp_path, flags)
        started.append(running)
        return running.start()

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def fresh(start):
    """A secure server of this test alone."""
    return start()


@pytest.fixture
def run(tmp_path):
    """Runs a command of the binary, with an empty home."""
    return lambda *words: servers.pugmark(*words, home=tmp_path)
