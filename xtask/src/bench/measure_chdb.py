"""Loads CloudTrail log files into a table of ClickHouse's own, embedded as chdb.

The only argument is JSON: {"logs": DIR, "room": DIR, "runs": N}. The answer is one line of JSON:
medians of all runs, and what the table takes once its parts are merged. What stands in columns.py
goes before this.
"""

import shutil

import chdb
from chdb import session

# Columns of few different values; the others are packed with zstd, as Parquet's are.
FEW = set(
    """userType userAccountId userInvokedBy userMfa eventVersion eventSource eventName awsRegion
errorCode eventType apiVersion recipientAccountId vpcEndpointId eventCategory
sessionCredentialFromConsole""".split()
)

# The file is one object: members that no column wants are left out, nested ones stay text.
SETTINGS = """input_format_skip_unknown_fields = 1,
input_format_json_ignore_unknown_keys_in_named_tuple = 1,
input_format_json_defaults_for_missing_elements_in_named_tuple = 1,
input_format_null_as_default = 1,
input_format_json_read_objects_as_strings = 1,
input_format_json_read_arrays_as_strings = 1,
input_format_json_read_bools_as_strings = 1,
input_format_json_read_numbers_as_strings = 1,
date_time_input_format = 'best_effort'"""


def tree():
    """The members of `userIdentity` that are wanted, nested as they are in a record."""
    root = {}
    for path in IDENTITY.values():
        *above, last = path.split(".")
        node = root
        for name in above:
            node = node.setdefault(name, {})
        node[last] = None
    return root


def tuple_of(node):
    """The type of a nested member."""
    if node is None:
        return "String"
    return "Tuple(" + ", ".join(f"{name} {tuple_of(below)}" for name, below in node.items()) + ")"


def record():
    """The type of one record."""
    members = ["eventTime DateTime", "userIdentity " + tuple_of(tree())]
    members += [name + " String" for name in TEXTS] + [name + " Bool" for name in TRUTHS]
    return "Tuple(" + ", ".join(members) + ")"


def table():
    def kind(name):
        return "LowCardinality(String)" if name in FEW else "String CODEC(ZSTD(3))"

    columns = ["eventTime DateTime"] + [f"{name} {kind(name)}" for name in [*IDENTITY, *TEXTS]]
    columns += [name + " Bool" for name in TRUTHS]
    listed = ", ".join(columns)
    return f"CREATE TABLE logs.events ({listed}) ENGINE = MergeTree ORDER BY eventTime"


def insert(logs):
    picks = ["r.eventTime"] + ["r.userIdentity." + path for path in IDENTITY.values()]
    picks += ["r." + name for name in [*TEXTS, *TRUTHS]]
    source = f"file({logs_below(logs)}, 'JSONEachRow', 'Records Array({record()})')"
    return (
        f"INSERT INTO logs.events SELECT {', '.join(picks)} FROM {source} "
        f"ARRAY JOIN Records AS r SETTINGS {SETTINGS}"
    )


def numbers(server, sql):
    return [int(cell) for cell in str(server.query(sql, "TabSeparated")).split()]


def main():
    task = json.loads(sys.argv[1])
    server = session.Session(os.path.join(task["room"], "database"))
    server.query("CREATE DATABASE IF NOT EXISTS logs ENGINE = Atomic")
    seen = []
    for _ in range(task["runs"]):
        server.query("DROP TABLE IF EXISTS logs.events SYNC")
        server.query(table())
        seen.append(timed(lambda: server.query(insert(task["logs"]))))
    counts = "SELECT count(), countIf(requestParameters NOT IN ('', 'null')) FROM logs.events"
    records, parameters = numbers(server, counts)
    server.query("OPTIMIZE TABLE logs.events FINAL")
    parts = "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND table = 'events'"
    (size,) = numbers(server, parts)
    server.close()
    shutil.rmtree(task["room"])
    say(
        wall_ms=statistics.median(wall for _, wall, _ in seen),
        cpu_ms=statistics.median(cpu for _, _, cpu in seen),
        records=records,
        parameters=parameters,
        bytes=size,
        version=chdb.__version__,
    )


main()
