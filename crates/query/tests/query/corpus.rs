//! Statements that people wrote for CloudTrail Lake.

use std::path::PathBuf;
use std::sync::Arc;

use crate::lab::{Lab, ask, ask_of, limits};
use query::{Error, ErrorKind};

/// Statements of the corpus that are not answered, by number, and why.
const REFUSED: &[(u32, &str)] = &[
    (1, "reads `default.awsconfig`, a table of AWS Config's in Athena"),
    (49, "selects columns that are neither grouped nor aggregated; Lake refuses it, too"),
    (80, "a picture of the grammar, not a statement"),
];

fn corpus() -> Option<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut places =
        root.ancestors().map(|dir| dir.join("shared/corpora/queries/lake_sql_queries.txt"));
    places.find(|path| path.exists()).map(|path| std::fs::read_to_string(path).unwrap())
}

/// The statements by number, with names of stores and dates put where the author left a gap.
fn statements(text: &str) -> Vec<(u32, String)> {
    let cases = text.split("### ").skip(1).map(|case| {
        let (title, sql) = case.split_once('\n').unwrap();
        let number = title.split(' ').next().unwrap().parse().unwrap();
        (number, filled(sql))
    });
    cases.collect()
}

fn filled(sql: &str) -> String {
    let mut sql = sql.to_owned();
    for gap in [
        "<event_data_store_id>",
        "<event-data-store-ID>",
        "<Event data store Id>",
        "<EDS ID>",
        "<EDS_ID>",
        "$EDS_ID",
        "config_event_data_store_ID",
        "event_data_store_ID",
        "eds-123",
    ] {
        sql = sql.replace(gap, "events");
    }
    sql.replace("${date_filter}", "2026-11-19 00:00:00")
}

#[test]
fn statements_of_the_corpus_run_or_are_refused_for_a_reason() {
    let Some(text) = corpus() else {
        println!("not run: no corpus beside the repository");
        return;
    };
    let (mut ran, mut refused, mut wrong) = (0, 0, Vec::new());
    for (number, sql) in statements(&text) {
        let expected = REFUSED.iter().any(|(n, _)| *n == number);
        match (ask(&sql), expected) {
            (Ok(_), false) => ran += 1,
            (Err(_), true) => refused += 1,
            (Ok(_), true) => wrong.push(format!("{number} runs: take it off the list")),
            (Err(error), false) => wrong.push(format!("{number}: {error}")),
        }
    }
    println!("{ran} ran, {refused} refused");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn statements_of_the_corpus_parse() {
    let Some(text) = corpus() else {
        println!("not run: no corpus beside the repository");
        return;
    };
    for (number, sql) in statements(&text) {
        let kind = ask(&sql).err().map(|error: Error| error.kind);
        assert!(number == 80 || kind != Some(ErrorKind::Syntax), "{number}: {kind:?}");
    }
}

/// In the manner of what is published, written for this repository.
pub(crate) const OWN: &[&str] = &[
    "SELECT eventID, eventName, eventSource, eventTime FROM events WHERE userIdentity.principalId LIKE '%ada%' AND eventTime > '2026-01-01 00:00:00' AND eventTime < '2027-01-01 00:00:00'",
    "SELECT userIdentity.arn, count(*) AS failures FROM events WHERE errorCode IN ('AccessDenied', 'UnauthorizedOperation') GROUP BY userIdentity.arn ORDER BY failures DESC LIMIT 25",
    "SELECT eventSource, approx_distinct(userIdentity.arn) AS who, min(eventTime), max(eventTime) FROM events GROUP BY eventSource",
    "SELECT day_of_week(eventTime) AS d, hour(eventTime) AS h, count(*) FROM events GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT element_at(requestParameters, 'bucketName') AS bucket, element_at(requestParameters, 'key') AS object, count(*) AS reads FROM events WHERE eventName = 'GetObject' GROUP BY element_at(requestParameters, 'bucketName'), element_at(requestParameters, 'key') ORDER BY reads DESC",
    "SELECT eventName, json_extract_scalar(element_at(requestParameters, 'instancesSet'), '$.items[0].instanceId') AS instance FROM events WHERE eventSource = 'ec2.amazonaws.com'",
    "WITH failed AS (SELECT userIdentity.accessKeyId AS k, count(*) AS n FROM events WHERE errorCode IS NOT NULL GROUP BY 1) SELECT e.eventName, failed.n FROM events AS e LEFT JOIN failed ON e.userIdentity.accessKeyId = failed.k ORDER BY failed.n DESC NULLS LAST, e.eventTime LIMIT 10",
    "SELECT recipientAccountId, awsRegion, array_join(array_agg(DISTINCT eventName), ', ') FROM events GROUP BY recipientAccountId, awsRegion",
    "SELECT date_format(eventTime, '%Y-%m-%d') AS day, approx_percentile(cast(requestParameters['maxKeys'] AS double), ARRAY[0.5, 0.9]) FROM events GROUP BY 1",
    "SELECT * FROM (SELECT eventName, eventTime, row_number() OVER (PARTITION BY eventName ORDER BY eventTime DESC) AS n FROM events) WHERE n = 1",
    "SELECT coalesce(userIdentity.userName, userIdentity.sessionContext.sessionIssuer.userName, userIdentity.invokedBy) AS who, listagg(eventName, ',') WITHIN GROUP (ORDER BY eventTime) FROM events GROUP BY 1",
    "SELECT a.eventName, b.eventName, date_diff('second', a.eventTime, b.eventTime) FROM events a INNER JOIN events b ON a.userIdentity.accessKeyId = b.userIdentity.accessKeyId AND a.eventTime < b.eventTime WHERE a.eventName = 'PutRolePolicy' AND b.eventName = 'StopLogging'",
    "SELECT resource.type, count(DISTINCT resource.arn) FROM events CROSS JOIN UNNEST(resources) AS t (resource) GROUP BY resource.type",
    "SELECT CASE WHEN regexp_like(eventName, '^(Get|List|Describe)') THEN 'read' ELSE 'write' END AS kind, count(*) FROM events GROUP BY CASE WHEN regexp_like(eventName, '^(Get|List|Describe)') THEN 'read' ELSE 'write' END",
    "(SELECT eventName FROM events WHERE readOnly = true) UNION ALL (SELECT eventName FROM events WHERE readOnly = false) ORDER BY eventName LIMIT 5",
    "SELECT eventName, sum(count(*)) OVER () AS whole FROM events GROUP BY eventName ORDER BY count(*) DESC",
    "SELECT eventTime, tlsDetails.tlsVersion FROM events WHERE tlsDetails.tlsVersion != 'TLSv1.3' OR tlsDetails.tlsVersion IS NULL FETCH FIRST 3 ROWS ONLY",
    "SELECT origin, owner, ingestion_time FROM events ORDER BY ingestion_time OFFSET 2 LIMIT 3",
];

#[test]
fn statements_of_our_own_run() {
    for sql in OWN {
        if let Err(error) = ask(sql) {
            panic!("{sql}: {error}");
        }
    }
}

#[test]
fn statements_run_on_an_empty_store() {
    let empty = Arc::new(Lab::of(Vec::new()));
    for sql in OWN {
        let answer = ask_of(Arc::clone(&empty) as _, sql, limits());
        assert!(answer.is_ok(), "{sql}: {}", answer.unwrap_err());
    }
}
