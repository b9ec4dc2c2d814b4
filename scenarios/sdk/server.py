"""A pugmark server of the tests: started, asked, killed and started again."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import boto3
import botocore.config

LISTENING = re.compile(r"listening on (http://127\.0\.0\.1:\d+)")
PATIENCE_S = 30
REGION = "us-east-1"
LOG = "info"


def binary():
    """The binary under test."""
    path = os.environ.get("PUGMARK_BIN")
    assert path, "set PUGMARK_BIN to the pugmark binary, or run `cargo xtask test --only sdk`"
    return path


def bare_environment(home):
    """No AWS setting of the machine reaches a test: only a path and an empty home."""
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {
        "PATH": tools,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_PAGER": "",
    }


class Server:
    """One `pugmark up` on a directory of its own."""

    def __init__(self, data, home, flags=()):
        self.data = Path(data)
        self.home = Path(home)
        self.flags = list(flags)
        self.listen = "127.0.0.1:0"
        self.process = None
        self.address = None
        self.talk = []

    def start(self):
        """Starts the server and waits until it answers."""
        self.address = None
        self.process = subprocess.Popen(
            [binary(), "up", "--data", str(self.data), "--listen", self.listen, *self.flags],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=bare_environment(self.home) | {"RUST_LOG": LOG},
        )
        threading.Thread(target=self._listen, args=[self.process.stderr], daemon=True).start()
        self._wait_for(lambda: self.address, "say `listening on http://…`")
        self._wait_for(self.is_healthy, "answer /healthz")
        return self

    def _listen(self, stream):
        for line in stream:
            self.talk.append(line)
            if found := LISTENING.search(line):
                self.address = found.group(1)

    def _wait_for(self, happened, what):
        end = time.monotonic() + PATIENCE_S
        while not happened():
            ended = self.process.poll()
            assert ended is None, f"the server ended with {ended}: {''.join(self.talk)}"
            assert time.monotonic() < end, f"the server did not {what}: {''.join(self.talk)}"
            time.sleep(0.02)

    def is_healthy(self):
        """True when /healthz says 200."""
        try:
            return self.http("/healthz")[0] == 200
        except OSError:
            return False

    def http(self, path, method="GET", body=None, headers=None):
        """A plain request: (status, headers, text)."""
        request = urllib.request.Request(
            self.address + path, data=body, method=method, headers=headers or {}
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def stop(self):
        """Asks the server to end, as a service manager would."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
        return self.process.returncode if self.process else None

    def kill(self):
        """Pulls the rug: SIGKILL, no last words."""
        self.process.kill()
        self.process.wait(PATIENCE_S)

    @property
    def credentials(self):
        """(key id, secret) out of the `credentials` file."""
        values = {}
        for line in (self.data / "credentials").read_text().splitlines():
            name, equals, value = line.partition("=")
            if equals:
                values[name.strip()] = value.strip()
        return values["aws_access_key_id"], values["aws_secret_access_key"]

    def client(
        self, service, key=None, secret=None, token=None, region=REGION, agent=None, checked=True
    ):
        """A boto3 client as anybody would make it, with only the endpoint set.

        `checked=False` sends what boto3 itself would refuse.
        """
        own_key, own_secret = self.credentials if key is None else (key, secret)
        config = botocore.config.Config(
            retries={"total_max_attempts": 1}, user_agent_extra=agent, read_timeout=PATIENCE_S,
            parameter_validation=checked,
        )
        session = boto3.session.Session(own_key, own_secret, token, region_name=region)
        return session.client(service, endpoint_url=self.address, config=config)

    def environment(self):
        """Exactly what `eval "$(pugmark env)"` makes of an empty shell."""
        script = 'eval "$("$0" env --data "$1")" && env -0'
        shell = subprocess.run(
            ["bash", "-c", script, binary(), str(self.data)],
            env=bare_environment(self.home),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        assert shell.returncode == 0, shell.stderr
        lines = filter(None, shell.stdout.split("\0"))
        return dict(line.split("=", 1) for line in lines)

    def aws(self, *words, environment=None, good=True):
        """The unmodified AWS CLI: its parsed answer, or its complaint with `good=False`."""
        ran = subprocess.run(
            ["aws", *words, "--output", "json"],
            env=environment or self.environment(),
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE_S,
        )
        assert (ran.returncode == 0) == good, f"aws {' '.join(words)}: {ran.stdout}{ran.stderr}"
        if not good:
            return ran.stderr
        return json.loads(ran.stdout) if ran.stdout.strip() else None

    def pugmark(self, *words, code=0):
        """A command of the binary on this server's directory; its output must not be a terminal's."""
        ran = pugmark(*words, "--data", str(self.data), home=self.home)
        assert ran.returncode == code, f"pugmark {words}: {ran.returncode}\n{ran.stdout}{ran.stderr}"
        return ran

    def records(self, **parameters):
        """Every record LookupEvents shows, newest first, as written."""
        return [json.loads(event["CloudTrailEvent"]) for event in self.events(**parameters)]

    def events(self, **parameters):
        """Every item LookupEvents shows, newest first."""
        pages = self.client("cloudtrail").get_paginator("lookup_events").paginate(**parameters)
        return [event for page in pages for event in page["Events"]]

    def record_of(self, request_id):
        """The one record of a request, by the id its answer carried."""
        found = [record for record in self.records() if record.get("requestID") == request_id]
        assert len(found) == 1, f"{len(found)} records of request {request_id}"
        return found[0]


def pugmark(*words, home):
    """Any command of the binary."""
    return subprocess.run(
        [binary(), *map(str, words)],
        env=bare_environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE_S,
    )


def attribute(key, value):
    """The one attribute a look-up may have."""
    return [{"AttributeKey": key, "AttributeValue": value}]
