"""Loads CloudTrail log files into a table of DuckDB's own and times statements on it.

The only argument is JSON: {"logs": DIR, "database": FILE, "runs": N, "statements": [{"name",
"sql"}]}. Each line of the answer is JSON: first what loading took, then what each statement did.
"""

import json
import os
import resource
import statistics
import sys
import time

import duckdb

TEXTS = """eventVersion eventSource eventName awsRegion sourceIPAddress userAgent errorCode
errorMessage requestParameters responseElements additionalEventData requestID eventID resources
eventType apiVersion recipientAccountId serviceEventDetails sharedEventID vpcEndpointId
eventCategory tlsDetails sessionCredentialFromConsole""".split()

IDENTITY = {
    "userType": "type",
    "userPrincipalId": "principalId",
    "userArn": "arn",
    "userAccountId": "accountId",
    "userAccessKeyId": "accessKeyId",
    "userName": "userName",
    "userInvokedBy": "invokedBy",
    "userCreationDate": "sessionContext.attributes.creationDate",
    "userMfa": "sessionContext.attributes.mfaAuthenticated",
    "userIssuerArn": "sessionContext.sessionIssuer.arn",
    "userIssuerName": "sessionContext.sessionIssuer.userName",
}

# Column, path in the record, type.
COLUMNS = (
    [("eventTime", "$.eventTime", "TIMESTAMP")]
    + [(name, "$.userIdentity." + path, "VARCHAR") for name, path in IDENTITY.items()]
    + [(name, "$." + name, "VARCHAR") for name in TEXTS]
    + [(name, "$." + name, "BOOLEAN") for name in ("readOnly", "managementEvent")]
)


def cpu_s():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def timed(work):
    """What the work gave, its wall time and its CPU time in milliseconds."""
    cpu, wall = cpu_s(), time.perf_counter()
    given = work()
    return given, (time.perf_counter() - wall) * 1e3, (cpu_s() - cpu) * 1e3


def say(**line):
    print(json.dumps(line), flush=True)


def load(connection, logs):
    """Every member is taken out of a record in one pass over its text."""
    paths = [path for _, path, _ in COLUMNS]
    picks = ", ".join(
        f"v[{place}]::{kind} AS {name}" for place, (name, _, kind) in enumerate(COLUMNS, 1)
    )
    pattern = os.path.join(logs, "**", "*.json.gz").replace("'", "''")
    connection.execute(
        f"""
        CREATE TABLE events AS SELECT {picks} FROM (
            SELECT json_extract_string(record, {paths!r}) AS v FROM (
                SELECT unnest(from_json(json, '{{"Records": ["JSON"]}}').Records) AS record
                FROM read_json_objects('{pattern}', format = 'unstructured',
                                       maximum_object_size = 268435456)))
        """
    )
    connection.execute("CHECKPOINT")


def tally(connection, rows):
    """The sum of the column `n`; null where there is none."""
    names = [column[0] for column in connection.description]
    if "n" not in names:
        return None
    place = names.index("n")
    return int(sum(row[place] for row in rows))


def measure(connection, name, sql, runs):
    def ask():
        return connection.execute(sql).fetchall()

    rows = ask()
    seen = [timed(ask) for _ in range(runs)]
    say(
        name=name,
        wall_ms=statistics.median(wall for _, wall, _ in seen),
        cpu_ms=statistics.fmean(cpu for _, _, cpu in seen),
        rows=len(rows),
        tally=tally(connection, rows),
    )


def main():
    task = json.loads(sys.argv[1])
    for path in (task["database"], task["database"] + ".wal"):
        if os.path.exists(path):
            os.remove(path)
    connection = duckdb.connect(task["database"])
    connection.execute("SET enable_progress_bar = false")
    _, wall_ms, cpu_ms = timed(lambda: load(connection, task["logs"]))
    (records,) = connection.execute("SELECT count(*) FROM events").fetchone()
    size = os.path.getsize(task["database"])
    version = duckdb.__version__
    say(wall_ms=wall_ms, cpu_ms=cpu_ms, records=records, bytes=size, version=version)
    for statement in task["statements"]:
        measure(connection, statement["name"], statement["sql"], task["runs"])


main()
