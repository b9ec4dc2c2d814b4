"""CloudTrail Lake's queries: started, described, read page by page, cancelled."""

import base64
import json
import time
import uuid

import pyarrow
import pyarrow.ipc
import pytest

import lake
import raw
from lake import refused


@pytest.fixture
def trail(fresh):
    return fresh.client("cloudtrail")


@pytest.fixture
def caller(fresh):
    return fresh.client("sts").get_caller_identity()


def ended(trail, query):
    for _ in range(600):
        told = trail.describe_query(QueryId=query)
        if told["QueryStatus"] not in ("QUEUED", "RUNNING"):
            return told
        time.sleep(0.05)
    raise AssertionError(told)


def rows(trail, statement, **paging):
    """All rows of an answer, each a dictionary."""
    query = trail.start_query(QueryStatement=statement)["QueryId"]
    told = ended(trail, query)
    assert told["QueryStatus"] == "FINISHED", told
    found, token = [], {}
    while True:
        page = trail.get_query_results(QueryId=query, **paging, **token)
        found += [{k: v for cell in row for k, v in cell.items()} for row in page["QueryResultRows"]]
        if "NextToken" not in page:
            assert page["QueryStatistics"]["TotalResultsCount"] == len(found)
            return found
        token = {"NextToken": page["NextToken"]}


def test_a_call_is_in_the_next_query(caller, trail):
    statement = (
        "SELECT eventName, userIdentity.arn AS who, readOnly, count(*) AS n FROM events "
        "WHERE eventSource = 'sts.amazonaws.com' GROUP BY 1, 2, 3"
    )
    assert rows(trail, statement) == [
        {"eventName": "GetCallerIdentity", "who": caller["Arn"], "readOnly": "true", "n": "1"}
    ]


def test_a_query_is_described(caller, trail):
    statement = "SELECT count(*) AS n FROM events WHERE eventName <> 'x'"
    query = trail.start_query(QueryStatement=statement)["QueryId"]
    told = ended(trail, query)
    assert told["QueryString"] == statement
    assert told["QueryStatistics"]["EventsScanned"] >= 1
    assert told["QueryStatistics"]["ExecutionTimeInMillis"] >= 0
    listed = trail.list_queries(EventDataStore="pugmark")["Queries"]
    assert [it["QueryId"] for it in listed] == [query]
    assert trail.list_queries(EventDataStore="pugmark", QueryStatus="FAILED")["Queries"] == []


def test_answers_come_in_pages(trail):
    statement = "SELECT x FROM UNNEST(sequence(1, 2500)) AS t(x) ORDER BY x"
    found = rows(trail, statement, MaxQueryResults=1000)
    assert [row["x"] for row in found] == [str(n) for n in range(1, 2501)]


def test_pages_belong_to_their_query(trail):
    statement = "SELECT x FROM UNNEST(sequence(1, 10)) AS t(x)"
    one, other = (trail.start_query(QueryStatement=statement)["QueryId"] for _ in range(2))
    ended(trail, one), ended(trail, other)
    token = trail.get_query_results(QueryId=one, MaxQueryResults=3)["NextToken"]
    refused(
        "InvalidNextTokenException", trail.get_query_results, QueryId=other, NextToken=token
    )


def test_wrong_statements_are_refused_with_a_place_and_a_hint(trail):
    start = trail.start_query
    said = refused(
        "InvalidQueryStatementException", start, QueryStatement="SELECT evntName FROM events"
    )
    assert "eventName" in said
    said = refused("InvalidQueryStatementException", start, QueryStatement="SELECT FROM WHERE")
    assert "line 1" in said
    for statement in ["DROP TABLE events", "SELECT 1; SELECT 2", "COPY events TO '/tmp/x'"]:
        refused("InvalidQueryStatementException", start, QueryStatement=statement)
    refused(
        "EventDataStoreNotFoundException", start,
        QueryStatement=f"SELECT eventName FROM {uuid.uuid4()}",
    )
    refused("InvalidQueryStatementException", start, QueryStatement="SELECT " + "1+" * 4000 + "1")
    refused("QueryIdNotFoundException", trail.describe_query, QueryId=str(uuid.uuid4()))


def test_a_query_is_cancelled_and_the_eleventh_is_refused(trail):
    forever = (
        "SELECT count(*) FROM UNNEST(sequence(1, 10000)) a(x) CROSS JOIN UNNEST(sequence(1, 10000)) "
        "b(y) CROSS JOIN UNNEST(sequence(1, 10000)) c(z) WHERE x + y + z = 7"
    )
    started = [trail.start_query(QueryStatement=forever)["QueryId"] for _ in range(10)]
    refused("MaxConcurrentQueriesException", trail.start_query, QueryStatement=forever)
    for query in started:
        assert trail.cancel_query(QueryId=query)["QueryStatus"] == "CANCELLED"
    for query in started:
        assert ended(trail, query)["QueryStatus"] == "CANCELLED"
    refused("InactiveQueryException", trail.cancel_query, QueryId=started[0])
    assert rows(trail, "SELECT 1 AS one") == [{"one": "1"}]


def test_a_store_holds_what_its_selectors_choose(fresh, trail):
    arn = lake.store(trail, AdvancedEventSelectors=[{"FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "readOnly", "Equals": ["true"]},
    ]}])
    fresh.client("sts").get_caller_identity()
    fresh.client("sts").get_session_token()
    identity = arn.split("/")[1]
    for name in (identity, f'"{identity}"', f'"{arn}"'):
        found = rows(trail, f"SELECT DISTINCT eventName FROM {name} WHERE eventSource LIKE 'sts%'")
        assert found == [{"eventName": "GetCallerIdentity"}], name
    everything = rows(trail, "SELECT DISTINCT eventName FROM events WHERE eventSource LIKE 'sts%'")
    assert len(everything) == 2
    trail.delete_event_data_store(EventDataStore=arn)
    refused(
        "InactiveEventDataStoreException", trail.start_query,
        QueryStatement=f"SELECT eventName FROM {identity}",
    )


def test_an_audit_event_is_in_the_next_query(fresh, caller, trail):
    arn = lake.log_store(trail)
    channel = lake.channel(trail, arn)
    event = {"id": "one", "eventData": lake.data(caller["Account"], eventName="FeedThePug")}
    put = fresh.client("cloudtrail-data").put_audit_events(auditEvents=[event], channelArn=channel)
    assert len(put["successful"]) == 1
    statement = "SELECT eventID, eventName, origin FROM %s WHERE eventName = 'FeedThePug'"
    found = rows(trail, statement % arn.split("/")[1])
    assert found == [
        {"eventID": put["successful"][0]["eventID"], "eventName": "FeedThePug", "origin": "put"}
    ]


def own_query(server, **ask):
    target = {"X-Amz-Target": "Pugmark_20261101.Query", "Content-Type": raw.JSON}
    answer = raw.send(server, "pugmark", "/", json.dumps(ask), target)
    assert answer.status == 200, answer.data
    return json.loads(answer.data)


def test_rows_come_as_arrow(fresh, caller):
    """Read by pyarrow: names as the statement spells them, moments and truth with their types."""
    statement = (
        "SELECT eventName, eventTime AS \"at\", readOnly, 7 AS n FROM events "
        "WHERE eventSource = 'sts.amazonaws.com'"
    )
    told = own_query(fresh, statement=statement, format="arrow")
    table = pyarrow.ipc.open_stream(base64.b64decode(told["arrow"])).read_all()
    assert table.schema.names == ["eventName", "at", "readOnly", "n"]
    assert table.schema.field("at").type == pyarrow.timestamp("ms")
    assert table.schema.field("readOnly").type == pyarrow.bool_()
    assert table.num_rows == told["rowCount"] == 1 and told["rows"] == []
    row = table.to_pylist()[0]
    assert row["eventName"] == "GetCallerIdentity" and row["readOnly"] is True and row["n"] == 7
    many = "SELECT x FROM UNNEST(sequence(1, 5000)) t(x)"
    told = own_query(fresh, statement=many, format="arrow", limit=1500)
    table = pyarrow.ipc.open_stream(base64.b64decode(told["arrow"])).read_all()
    assert told["cut"] and table.num_rows == told["rowCount"] == 1500
    none = own_query(fresh, statement=statement + " AND 1 = 2", format="arrow")
    table = pyarrow.ipc.open_stream(base64.b64decode(none["arrow"])).read_all()
    assert table.num_rows == 0 and table.schema.names[0] == "eventName"


def test_queries_outlive_the_server(fresh):
    trail = fresh.client("cloudtrail")
    query = trail.start_query(QueryStatement="SELECT 1 AS one")["QueryId"]
    ended(trail, query)
    fresh.stop()
    fresh.start()
    trail = fresh.client("cloudtrail")
    page = trail.get_query_results(QueryId=query)
    assert page["QueryResultRows"] == [[{"one": "1"}]]


def test_the_command_line_asks_sql(fresh):
    done = fresh.pugmark("sql", "SELECT 1 AS one, 'x' AS word", "-o", "json")
    assert json.loads(done.stdout) == [{"one": 1, "word": "x"}]
    assert "`nothing`" in fresh.pugmark("sql", "SELECT nothing FROM events", code=1).stderr
    fresh.stop()
    done = fresh.pugmark("sql", "SELECT eventName FROM events WHERE eventName = 'Query'")
    assert json.loads(done.stdout.splitlines()[0]) == {"eventName": "Query"}
