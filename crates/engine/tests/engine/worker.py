"""A worker that understands a few words instead of SQL: it shows what the engine does with it."""
import json
import struct
import sys
import time

IN, OUT = sys.stdin.buffer, sys.stdout.buffer


def say(head, body=b""):
    head = json.dumps(head).encode()
    OUT.write(struct.pack("<IQ", len(head), len(body)) + head + body)
    OUT.flush()


def answer(words):
    if words[0] == "count":
        say({"Columns": [{"name": "n", "kind": "bigint"}]})
        say({"Rows": 1}, json.dumps([str(seen)]).encode() + b"\n")
        say({"Done": {"records": seen, "matched": seen, "bytes": 7, "cut": False}})
    elif words[0] == "rows":
        say({"Columns": [{"name": "n", "kind": "bigint"}, {"name": "x", "kind": "varchar"}]})
        for row in range(int(words[1])):
            say({"Rows": 1}, json.dumps([str(row), None]).encode() + b"\n")
        say({"Done": {"records": 0, "matched": 0, "bytes": 0, "cut": words[2:] == ["cut"]}})
    elif words[0] == "asked":
        say({"Columns": [{"name": "n", "kind": "bigint"}]})
        say({"Rows": 1}, json.dumps([str(asked)]).encode() + b"\n")
        say({"Done": {"records": 0, "matched": 0, "bytes": 0, "cut": False}})
    elif words[0] == "SELECT":
        say({"Columns": [{"name": "eventID", "kind": "varchar"}]})
        say({"Done": {"records": 0, "matched": 0, "bytes": 0, "cut": False}})
    elif words[0] == "sleep":
        time.sleep(float(words[1]))
        answer(["count"])
    elif words[0] == "die":
        sys.exit(3)
    elif words[0] == "babble":
        OUT.write(b"\xff" * 64)
        OUT.flush()
    else:
        say({"Failed": {"kind": "Invalid", "message": f"`{words[0]}` is no word"}})


seen = asked = 0
stale = len(sys.argv) > 2 and sys.argv[1] == "stale"
while head := IN.read(12):
    size, body = struct.unpack("<IQ", head)
    ask, body = json.loads(IN.read(size)), IN.read(body)
    feed, statement = ask.get("Run") or ask["Check"]
    seen += len(feed["rows"])
    if stale:
        say({"Stale": "a part"})
        stale, seen = False, 0
        continue
    word = statement["sql"].split()[0]
    if "Check" in ask and word != "nonsense":
        say({"Sound": [0]})
    elif "Check" in ask:
        answer([word])
    else:
        answer(statement["sql"].split())
    asked += 1
