"""Loads CloudTrail log files into a table of DuckDB's own, times statements on it, exports it.

The only argument is JSON: {"do": "load", "database": FILE, "logs": DIR}, {"do": "export",
"database", "parquet": FILE} or {"do": "ask", "database", "runs": N, "statements": [{"name",
"sql"}]}. Each line of the answer is JSON. What stands in columns.py goes before this.
"""

import duckdb

# Column, path in the record, type.
COLUMNS = (
    [("eventTime", "$.eventTime", "TIMESTAMP")]
    + [(name, "$.userIdentity." + path, "VARCHAR") for name, path in IDENTITY.items()]
    + [(name, "$." + name, "VARCHAR") for name in TEXTS]
    + [(name, "$." + name, "BOOLEAN") for name in TRUTHS]
)


def fill(connection, logs):
    """Every member is taken out of a record in one pass over its text."""
    paths = [path for _, path, _ in COLUMNS]
    picks = ", ".join(
        f"v[{place}]::{kind} AS {name}" for place, (name, _, kind) in enumerate(COLUMNS, 1)
    )
    connection.execute(
        f"""
        CREATE TABLE events AS SELECT {picks} FROM (
            SELECT json_extract_string(record, {paths!r}) AS v FROM (
                SELECT unnest(from_json(json, '{{"Records": ["JSON"]}}').Records) AS record
                FROM read_json_objects({logs_below(logs)}, format = 'unstructured',
                                       maximum_object_size = 268435456)))
        """
    )
    connection.execute("CHECKPOINT")


def load(task):
    for path in (task["database"], task["database"] + ".wal"):
        if os.path.exists(path):
            os.remove(path)
    connection = opened(task)
    _, wall_ms, cpu_ms = timed(lambda: fill(connection, task["logs"]))
    counts = "SELECT count(*), count(requestParameters) FROM events"
    records, parameters = connection.execute(counts).fetchone()
    size = os.path.getsize(task["database"])
    say(
        wall_ms=wall_ms,
        cpu_ms=cpu_ms,
        records=records,
        parameters=parameters,
        bytes=size,
        version=duckdb.__version__,
    )


def export(task):
    """All columns as Parquet, by time, as somebody would who keeps logs in it."""
    connection = opened(task)
    target = task["parquet"].replace("'", "''")
    sql = f"""
        COPY (SELECT * FROM events ORDER BY eventTime) TO '{target}'
        (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3, ROW_GROUP_SIZE 122880)
        """
    connection.execute(sql)
    say(bytes=os.path.getsize(task["parquet"]))


def tally(connection, rows):
    """The sum of the column `n`; null where there is none."""
    names = [column[0] for column in connection.description]
    if "n" not in names:
        return None
    place = names.index("n")
    return int(sum(row[place] for row in rows))


def measure(connection, name, sql, runs):
    def answer():
        return connection.execute(sql).fetchall()

    rows = answer()
    seen = [timed(answer) for _ in range(runs)]
    say(
        name=name,
        wall_ms=statistics.median(wall for _, wall, _ in seen),
        cpu_ms=statistics.fmean(cpu for _, _, cpu in seen),
        rows=len(rows),
        tally=tally(connection, rows),
    )


def ask(task):
    connection = opened(task)
    for statement in task["statements"]:
        measure(connection, statement["name"], statement["sql"], task["runs"])


def opened(task):
    connection = duckdb.connect(task["database"])
    connection.execute("SET enable_progress_bar = false")
    return connection


def main():
    task = json.loads(sys.argv[1])
    {"load": load, "export": export, "ask": ask}[task["do"]](task)


main()
