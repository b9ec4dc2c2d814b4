"""Signatures that are almost right, on every face: refused, with the code that AWS would use."""

import base64
import datetime
import hashlib
import hmac
import re
import urllib.parse

import pytest
import urllib3

import raw

CALLS = {
    "sts": ("Action=GetCallerIdentity&Version=2011-06-15", {"content-type": raw.FORM}),
    "ec2": ("Action=DescribeRegions&Version=2016-11-15", {"content-type": raw.FORM}),
    "cloudtrail": (
        '{"MaxResults":1}',
        {"content-type": raw.JSON, "x-amz-target": raw.CLOUDTRAIL + "LookupEvents"},
    ),
    "pugmark": ("{}", {"content-type": raw.JSON, "x-amz-target": "Pugmark_20261101.Status"}),
}
CODES = {
    # kind: what each face answers
    "missing": (
        "MissingAuthenticationToken", "AuthFailure", "MissingAuthenticationTokenException",
    ),
    "incomplete": ("IncompleteSignature", "IncompleteSignature", "IncompleteSignatureException"),
    "unknown": ("InvalidClientTokenId", "AuthFailure", "UnrecognizedClientException"),
    "mismatch": ("SignatureDoesNotMatch", "AuthFailure", "InvalidSignatureException"),
    "skewed": ("SignatureDoesNotMatch", "RequestExpired", "InvalidSignatureException"),
    "late": ("RequestExpired", "RequestExpired", "InvalidSignatureException"),
}


def moment(seconds=0):
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return now.strftime("%Y%m%dT%H%M%SZ")


def quote(text):
    return urllib.parse.quote(text, safe="-_.~")


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Signing:
    """A request under way: what is signed and what is sent may be made to differ."""

    def __init__(self, server, service, keys):
        self.server, self.service = server, service
        self.key, self.secret, self.token = keys
        self.body, headers = CALLS[service]
        self.headers = {"host": server.address.removeprefix("http://"), **headers}
        self.path, self.query, self.expires = "/", "", None
        self.at, self.date, self.region, self.scoped = moment(), None, "us-east-1", service
        self.terminator, self.algorithm, self.payload = "aws4_request", "AWS4-HMAC-SHA256", None
        self.unsigned, self.arrange = set(), sorted

    def scope(self):
        return f"{self.date or self.at[:8]}/{self.region}/{self.scoped}/{self.terminator}"

    def finish(self):
        """Signs; from here on only what is sent changes."""
        if self.expires is None:
            self.headers["x-amz-date"] = self.at
            if self.token:
                self.headers["x-amz-security-token"] = self.token
        names = self.arrange(name for name in self.headers if name not in self.unsigned)
        if self.expires is not None:
            self.query = self.presigned(names)
        signature = self.signature(names)
        credential = f"{self.key}/{self.scope()}"
        if self.expires is not None:
            self.query += f"&X-Amz-Signature={signature}"
        else:
            self.headers["authorization"] = (
                f"{self.algorithm} Credential={credential}, SignedHeaders={';'.join(names)}, "
                f"Signature={signature}"
            )
        return self

    def presigned(self, names):
        query = {
            "X-Amz-Algorithm": self.algorithm,
            "X-Amz-Credential": f"{self.key}/{self.scope()}",
            "X-Amz-Date": self.at,
            "X-Amz-Expires": str(self.expires),
            "X-Amz-SignedHeaders": ";".join(names),
        }
        if self.token:
            query["X-Amz-Security-Token"] = self.token
        return "&".join(f"{quote(k)}={quote(v)}" for k, v in sorted(query.items()))

    def signature(self, names):
        lines = "".join(f"{name}:{self.headers[name].strip()}\n" for name in names)
        payload = self.payload or sha256(self.body)
        canonical = f"POST\n{self.path}\n{self.query}\n{lines}\n{';'.join(names)}\n{payload}"
        text = f"{self.algorithm}\n{self.at}\n{self.scope()}\n{sha256(canonical)}"
        key = ("AWS4" + self.secret).encode()
        for part in self.scope().split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def send(self, method="POST"):
        """(status, code)"""
        headers = urllib3.HTTPHeaderDict()
        for name, values in self.headers.items():
            for value in [values] if isinstance(values, str) else values:
                headers.add(name, value)
        url = self.server.address + self.path + ("?" + self.query if self.query else "")
        answer = urllib3.PoolManager().request(
            method, url, body=self.body, headers=headers, retries=False, timeout=30
        )
        code = re.search(rb'<Code>(.*?)</Code>|"__type":"(.*?)"', answer.data)
        return answer.status, code and (code.group(1) or code.group(2)).decode()


def sign(**attributes):
    """Signs with some things changed."""
    def make(signing, _):
        vars(signing).update(attributes)
        return signing.finish()
    return make


def spoil(change):
    """Signs well, then changes what is sent."""
    def make(signing, _):
        signing.finish()
        change(signing)
        return signing
    return make


def extra(name, value, change=None, **attributes):
    """Signs one more header, then may change it."""
    def make(signing, _):
        signing.headers[name] = value
        vars(signing).update(attributes)
        signing.finish()
        if change:
            signing.headers[name] = change
        return signing
    return make


def lent(**changes):
    """Signs with a temporary key of which something is not as it was lent."""
    def make(signing, sessions):
        first, second = sessions
        own = {"key": signing.key, "secret": signing.secret}
        named = {"first": first, "second": second, "own": own}
        picked = {"key": "first", "secret": "first", "token": "first"} | changes
        for part, whose in picked.items():
            setattr(signing, part, whose and named[whose][part])
        return signing.finish()
    return make


def skewed(seconds, **attributes):
    """Signs by a clock that goes wrong."""
    return lambda signing, _: sign(at=moment(seconds), **attributes)(signing, _)


def for_another_service(signing, _):
    others = {"sts": "ec2", "ec2": "sts", "cloudtrail": "sts", "pugmark": "cloudtrail"}
    return sign(scoped=others[signing.service])(signing, _)


def upper_case(signing):
    value = signing.headers["authorization"]
    signing.headers["authorization"] = value[:-64] + value[-64:].upper()


def token_unsigned(signing, sessions):
    signing.unsigned = {"x-amz-security-token"}
    return lent()(signing, sessions)


def longer(signing, _):
    signing.expires = 60
    signing.finish()
    signing.query = signing.query.replace("Expires=60", "Expires=90")
    return signing


def one_more(signing):
    signing.body += " "


def sends(**attributes):
    return lambda signing: vars(signing).update(attributes)


def twice(name):
    return lambda signing: signing.headers.update({name: [signing.headers[name]] * 2})


def replaces(name, value):
    return lambda signing: signing.headers.update({name: value})


def removes(name):
    return lambda signing: signing.headers.pop(name)


UNSIGNED = "UNSIGNED-PAYLOAD"
STREAMED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SHA = "x-amz-content-sha256"

REFUSED = {
    # what is wrong: (how it is made, the kind of refusal)
    "no signature": (spoil(removes("authorization")), "missing"),
    "rubbish": (spoil(replaces("authorization", "rubbish")), "incomplete"),
    "another scheme": (spoil(replaces("authorization", "Bearer abc")), "incomplete"),
    "signed twice": (spoil(twice("authorization")), "incomplete"),
    "unknown key": (sign(key="AKIAUNKNOWNUNKNOWNUN"), "unknown"),
    "wrong secret": (sign(secret="x" * 40), "mismatch"),
    "an hour late": (skewed(-3600), "skewed"),
    "an hour early": (skewed(3600), "skewed"),
    "just too late": (skewed(-310), "skewed"),
    "just too early": (skewed(310), "skewed"),
    "no region": (sign(region="Not_A Region"), "mismatch"),
    "another service": (for_another_service, "mismatch"),
    "another day": (sign(date="20260101"), "mismatch"),
    "another terminator": (sign(terminator="aws5_request"), "mismatch"),
    "another algorithm": (sign(algorithm="AWS4-HMAC-SHA512"), "incomplete"),
    "upper case signature": (spoil(upper_case), "mismatch"),
    "session without token": (lent(token=None), "unknown"),
    "token of another session": (lent(token="second"), "unknown"),
    "key of another session": (lent(key="second"), "unknown"),
    "token with a lasting key": (lent(key="own", secret="own"), "unknown"),
    "lasting secret with a session": (lent(secret="own"), "mismatch"),
    "session's secret with a lasting key": (lent(key="own", token=None), "mismatch"),
    "token not signed": (token_unsigned, "mismatch"),
    "host not signed": (sign(unsigned={"host"}), "mismatch"),
    "date not signed": (sign(unsigned={"x-amz-date"}), "mismatch"),
    "another header not signed": (extra("x-amz-more", "1", unsigned={"x-amz-more"}), "mismatch"),
    "header changed": (extra("x-amz-more", "1", "2"), "mismatch"),
    "header repeated": (extra("x-amz-more", "1", ["1", "1"]), "mismatch"),
    "host changed": (spoil(replaces("host", "evil.example")), "mismatch"),
    "date changed": (spoil(replaces("x-amz-date", "20260101T000000Z")), "mismatch"),
    "date repeated": (spoil(twice("x-amz-date")), "incomplete"),
    "date unreadable": (spoil(replaces("x-amz-date", "2026")), "incomplete"),
    "names out of order": (sign(arrange=lambda names: sorted(names)[::-1]), "incomplete"),
    "a name twice": (sign(arrange=lambda names: sorted(list(names) * 2)), "incomplete"),
    "body changed": (spoil(one_more), "mismatch"),
    "body emptied": (spoil(sends(body="")), "mismatch"),
    "query added": (spoil(sends(query="x=1")), "mismatch"),
    "path changed": (spoil(sends(path="/x")), "mismatch"),
    "payload unsigned": (extra(SHA, UNSIGNED, payload=UNSIGNED), "mismatch"),
    "payload streamed": (extra(SHA, STREAMED, payload=STREAMED), "incomplete"),
    "another payload's hash": (extra(SHA, "0" * 64, payload="0" * 64), "mismatch"),
    "signed in both places": (spoil(sends(query="X-Amz-Signature=0")), "incomplete"),
    "expires at once": (sign(expires=0), "incomplete"),
    "expires in eight days": (sign(expires=604_801), "incomplete"),
    "expired": (skewed(-120, expires=60), "late"),
    "presigned, not yet": (skewed(600, expires=60), "skewed"),
    "presigned for longer": (longer, "mismatch"),
}

TAKEN = {
    "a good one": sign(),
    "a lent one": lent(),
    "late, within bounds": skewed(-290),
    "early, within bounds": skewed(290),
    "of another region": sign(region="eu-west-1"),
    "presigned": sign(expires=60),
    "presigned for a week": sign(expires=604_800),
    "with a header that needs no signature": extra("x-more", "1", unsigned={"x-more"}),
}


@pytest.fixture(scope="module")
def sessions(server):
    sts = server.client("sts")
    lent = [sts.get_session_token()["Credentials"] for _ in range(2)]
    names = {"key": "AccessKeyId", "secret": "SecretAccessKey", "token": "SessionToken"}
    return [{part: one[name] for part, name in names.items()} for one in lent]


def words(text):
    return re.sub(r"\W+", "-", text)


@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize("case", REFUSED, ids=words)
def test_what_is_wrong_is_refused_in_aws_own_words(server, sessions, service, case):
    make, kind = REFUSED[case]
    signing = make(Signing(server, service, (*server.credentials, None)), sessions)
    status, code = signing.send()
    query, ec2, json = CODES[kind]
    assert code == {"sts": query, "ec2": ec2}.get(service, json)
    assert 400 <= status < 404


@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize("case", TAKEN, ids=words)
def test_what_is_right_is_taken(server, sessions, service, case):
    signing = TAKEN[case](Signing(server, service, (*server.credentials, None)), sessions)
    assert signing.send() == (200, None)


def test_another_method_is_another_request(server, sessions):
    for service in CALLS:
        signing = Signing(server, service, (*server.credentials, None)).finish()
        assert signing.send(method="PUT")[0] != 200, service


def test_secrets_are_in_one_file_and_nowhere_else(start, monkeypatch):
    monkeypatch.setattr("server.LOG", "trace")
    server = start()
    _, secret = server.credentials
    session = server.client("sts").get_session_token()["Credentials"]
    keys = session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"]
    server.client("sts", *keys).get_caller_identity()
    server.client("cloudtrail", *keys).lookup_events()
    for service in CALLS:
        Signing(server, service, (keys[0], keys[1], keys[2])).finish().send()
        Signing(server, service, (keys[0], secret, keys[2])).finish().send()
    told = server.pugmark("events", "--all", "-o", "json").stdout
    assert server.stop() == 0
    log = [line for line in server.talk if not line.startswith("AWS_SECRET_ACCESS_KEY=")]
    assert any("refused" in line for line in log), log
    for hidden in (secret, *keys[1:]):
        spellings = [hidden.encode(), base64.b64encode(hidden.encode())]
        found = [
            str(path.relative_to(server.data))
            for path in server.data.rglob("*")
            if path.is_file() and any(word in path.read_bytes() for word in spellings)
        ]
        assert found == (["credentials"] if hidden == secret else [])
        assert hidden not in told
        assert hidden not in "".join(log)
