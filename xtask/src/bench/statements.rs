//! The ten questions, in our dialect and in DuckDB's: one text, in which only the names differ.

/// Codes of calls that were refused.
const REFUSED: &str = "('AccessDenied', 'AccessDeniedException', 'Client.UnauthorizedOperation', \
                       'UnauthorizedOperation')";

/// The calls of the benchmark itself become records; a peer does not have them. Said only where
/// they would change how many rows there are.
pub(super) const NOT_OURS: &str = "eventSource <> 'pugmark.amazonaws.com'";

/// How a dialect writes what is nested in a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    user_name: &'static str,
    user_arn: &'static str,
    key: &'static str,
    mfa: &'static str,
    issued_key: &'static str,
    bucket: &'static str,
}

/// CloudTrail Lake's.
pub(super) const LAKE: Dialect = Dialect {
    user_name: "userIdentity.userName",
    user_arn: "userIdentity.arn",
    key: "userIdentity.accessKeyId",
    mfa: "additionalEventData['MFAUsed']",
    issued_key: "responseElements.credentials.accessKeyId",
    bucket: "requestParameters['bucketName']",
};

/// Of the table that our script loads into DuckDB.
pub(super) const DUCKDB: Dialect = Dialect {
    user_name: "userName",
    user_arn: "userArn",
    key: "userAccessKeyId",
    mfa: "json_extract_string(additionalEventData, '$.MFAUsed')",
    issued_key: "json_extract_string(responseElements, '$.credentials.accessKeyId')",
    bucket: "json_extract_string(requestParameters, '$.bucketName')",
};

/// What is asked for, taken from the records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Values {
    /// Of the record at 60 % of all, by time.
    pub(super) event_id: String,
    /// The 41st most frequent, or the last there is.
    pub(super) user_name: String,
    /// The 61st most frequent, or the last there is.
    pub(super) address: String,
    /// Seven days before the last record.
    pub(super) week: String,
}

/// A question in one dialect.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(super) struct Statement {
    pub(super) name: &'static str,
    pub(super) sql: String,
}

/// The ten, always in the same order.
pub(super) fn statements(dialect: &Dialect, values: &Values) -> Vec<Statement> {
    let mut all = searches(dialect, values);
    all.extend(counts(dialect));
    let mut all: Vec<Statement> =
        all.into_iter().map(|(name, sql)| Statement { name, sql }).collect();
    all.sort_by_key(|statement| number(statement.name));
    all
}

fn number(name: &str) -> u32 {
    let digits = name.split(' ').next().and_then(|first| first.strip_prefix('Q'));
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Those that find records.
fn searches(dialect: &Dialect, values: &Values) -> Vec<(&'static str, String)> {
    let Dialect { user_name, user_arn, mfa, .. } = dialect;
    let [id, user, address] =
        [&values.event_id, &values.user_name, &values.address].map(|text| quoted(text));
    let week = quoted(&values.week);
    vec![
        ("Q1 one event", format!("SELECT * FROM events WHERE eventID = {id}")),
        (
            "Q2 a user's week",
            format!(
                "SELECT eventTime, eventName, eventSource, eventID, sourceIPAddress, \
                 requestParameters, responseElements FROM events WHERE {user_name} = {user} AND \
                 eventTime >= timestamp {week} ORDER BY eventTime DESC LIMIT 50"
            ),
        ),
        (
            "Q5 console without MFA",
            format!(
                "SELECT eventTime, {user_arn}, sourceIPAddress FROM events WHERE eventName = \
                 'ConsoleLogin' AND {mfa} = 'No' ORDER BY eventTime"
            ),
        ),
        (
            "Q6 an address",
            format!(
                "SELECT eventTime, eventName, {user_arn}, awsRegion, errorCode, eventID FROM \
                 events WHERE sourceIPAddress = {address} ORDER BY eventTime"
            ),
        ),
        (
            "Q7 part of a text",
            format!(
                "SELECT eventTime, eventName, eventID FROM events WHERE requestParameters LIKE \
                 '%sg-0abc%' AND {NOT_OURS}"
            ),
        ),
    ]
}

/// Those that count.
fn counts(dialect: &Dialect) -> Vec<(&'static str, String)> {
    let Dialect { user_arn, key, issued_key, bucket, .. } = dialect;
    vec![
        (
            "Q3 names of events",
            "SELECT eventName, count(*) AS n FROM events GROUP BY 1 ORDER BY n DESC LIMIT 20"
                .to_owned(),
        ),
        (
            "Q4 refusals an hour",
            format!(
                "SELECT {user_arn}, date_trunc('hour', eventTime) AS h, count(*) AS n FROM events \
                 WHERE errorCode IN {REFUSED} GROUP BY 1, 2 ORDER BY n DESC LIMIT 100"
            ),
        ),
        (
            "Q8 sessions and their use",
            format!(
                "WITH s AS (SELECT {issued_key} AS ak, eventTime AS t, {user_arn} AS caller FROM \
                 events WHERE eventName = 'AssumeRole') SELECT s.ak, s.caller, count(*) AS n, \
                 min(e.eventTime) AS a, max(e.eventTime) AS b FROM events e JOIN s ON e.{key} = \
                 s.ak WHERE e.eventTime >= s.t AND s.ak <> '' GROUP BY 1, 2 ORDER BY n DESC LIMIT \
                 50"
            ),
        ),
        (
            "Q9 callers a day",
            format!(
                "SELECT recipientAccountId, date_trunc('day', eventTime) AS d, count(DISTINCT \
                 {user_arn}) AS n FROM events WHERE {NOT_OURS} GROUP BY 1, 2 ORDER BY n DESC \
                 LIMIT 2000"
            ),
        ),
        (
            "Q10 buckets",
            format!(
                "SELECT {bucket} AS b, count(*) AS n FROM events GROUP BY 1 ORDER BY n DESC \
                 LIMIT 20"
            ),
        ),
    ]
}

/// A text literal of SQL.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values {
            event_id: "id".to_owned(),
            user_name: "o'neil".to_owned(),
            address: "3.4.5.6".to_owned(),
            week: "2026-10-25 00:00:00.000".to_owned(),
        }
    }

    #[test]
    fn asks_both_the_same_ten_in_the_same_order() {
        let names = |dialect| statements(dialect, &values()).into_iter().map(|it| it.name);
        let ours: Vec<_> = names(&LAKE).collect();
        assert_eq!(ours, names(&DUCKDB).collect::<Vec<_>>());
        let numbers: Vec<u32> = ours.iter().map(|name| number(name)).collect();
        assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    }

    #[test]
    fn differs_in_the_names_of_nested_members_only() {
        for (ours, peer) in statements(&LAKE, &values()).iter().zip(statements(&DUCKDB, &values()))
        {
            let pairs = [
                (LAKE.user_name, DUCKDB.user_name),
                (LAKE.user_arn, DUCKDB.user_arn),
                (LAKE.key, DUCKDB.key),
                (LAKE.mfa, DUCKDB.mfa),
                (LAKE.issued_key, DUCKDB.issued_key),
                (LAKE.bucket, DUCKDB.bucket),
            ];
            let turned = pairs.iter().fold(ours.sql.clone(), |sql, (a, b)| sql.replace(a, b));
            assert_eq!(turned, peer.sql);
        }
    }

    #[test]
    fn puts_values_into_text_literals() {
        let all = statements(&LAKE, &values());
        assert!(all[1].sql.contains("= 'o''neil' AND"), "{}", all[1].sql);
        assert!(all[1].sql.contains("timestamp '2026-10-25 00:00:00.000'"), "{}", all[1].sql);
    }
}
