//! The reference of Lake's SQL, made of the tables that the code goes by.

use crate::functions::{Entry, GROUPS, How, TABLE};
use crate::gate::Gate;
use crate::table::schema::{COLUMNS, Column, Kind, SESSION_CHAIN};

const HEAD: &str = "\
# Lake SQL

<!-- Made by `UPDATE=1 cargo nextest run -p pugmark-query reference`: change the tables in
`crates/query/src`, not this file. -->

One dialect: what CloudTrail Lake takes, which is Trino's SELECT. A statement is one SELECT, with
WITH, joins, set operations, subqueries and windows as you like. FROM takes an event data store's id
or ARN, with or without quotes, or `events`, which is everything you may read.

```sql
SELECT eventName, count(*) AS calls
FROM events
WHERE eventTime > date_add('day', -7, now()) AND errorCode = 'AccessDenied'
GROUP BY 1
ORDER BY calls DESC
LIMIT 20
```

## Names and values

- Names of columns, tables and functions may be written in any case, also within double quotes.
  The result has the names as you spell them; what has no name is `_col0`, `_col1`, ….
- `userIdentity.sessionContext.sessionIssuer.userName` reaches into rows.
  `requestParameters['x']` and `element_at(requestParameters, 'x')` give the value of a key, NULL
  where it is missing (Trino fails there for the first). What is itself JSON comes as text.
- Beyond AWS: `requestParameters.iamInstanceProfile.name` reaches through any depth of JSON,
  spelled as in the records. Arrays count from 1: `requestParameters['instancesSet']['items'][1]`.
- `root_identity` is who stands behind a record, through every key that records show being issued;
  `session_chain` the names from there on: `array_join(session_chain, ' > ')`. `origin` is how a
  record came in (`recorded`, `imported`, `put`), `owner` whose it is, `eventJsonChecksum` the
  SHA-256 of `eventJson` in hex.
- `CROSS JOIN UNNEST (resources) AS t (r)` gives a row for each resource, `r.ARN` its member;
  `AS t (accountId, type, ARN, ARNPrefix)` gives a column for each. `UNNEST (requestParameters) AS
  t (k, v)` gives a row for each key. `WITH ORDINALITY` and `LEFT JOIN … ON true` work.
- Times are UTC, to the millisecond: `eventTime > '2026-11-20'`, `timestamp '2026-11-20 02:13:07'`,
  `from_iso8601_timestamp('2026-11-20T02:13:07Z')`, `now() - INTERVAL '7' DAY`.
- `readOnly = 'true'` and `sessionCredentialFromConsole = true` compare as meant.
- NULLs come last in ORDER BY, ascending and descending, unless NULLS FIRST is written.
- A result is text: times as `2026-11-20 02:13:07.000`, rows and maps as `{type=IAMUser, …}`,
  arrays as `[a, b]`.
- Two slips of copying are mended: `aORDER BY b` and `DESCLIMIT 10`.

";

/// The whole reference in Markdown.
pub fn reference() -> String {
    let mut text = HEAD.to_owned();
    columns(&mut text);
    functions(&mut text);
    refusals(&mut text);
    limits(&mut text);
    text
}

/// Every statement that the reference shows: each must run.
pub fn examples() -> Vec<String> {
    let calls = TABLE.iter().filter(|entry| !entry.example.is_empty());
    let calls = calls.map(|entry| format!("SELECT {} FROM events", entry.example));
    HEAD.split("```sql\n")
        .skip(1)
        .filter_map(|part| part.split("```").next())
        .map(str::to_owned)
        .chain(calls)
        .collect()
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    text.push_str(&line.to_string());
    text.push('\n');
}

fn columns(text: &mut String) {
    text.push_str(
        "## Columns\n\n`SELECT *` gives those with a star.\n\n| column | type | |\n|---|---|---|\n",
    );
    for column in COLUMNS {
        let star = if column.starred { "*" } else { "" };
        line(text, format_args!("| `{}` | {} | {star} |", column.canonical, type_of(column)));
    }
    text.push('\n');
}

fn type_of(column: &Column) -> &'static str {
    match column.kind {
        Kind::Text => "varchar",
        Kind::Map => "map(varchar, varchar)",
        Kind::Row => "row",
        Kind::Array if column.canonical == SESSION_CHAIN => "array(varchar)",
        Kind::Array => "array(row(accountId, type, ARN, ARNPrefix))",
        Kind::Time => "timestamp(3)",
        Kind::Boolean => "boolean",
    }
}

fn functions(text: &mut String) {
    text.push_str("## Functions\n\n");
    for group in GROUPS {
        line(text, format_args!("### {group}\n\n| call | gives | example |\n|---|---|---|"));
        let shown = TABLE.iter().filter(|e| e.group == group && !is_refused(e));
        for entry in shown {
            let example = match entry.example {
                "" => String::new(),
                example => format!("`{}`", escaped(example)),
            };
            let (signature, meaning) = (escaped(entry.signature), entry.meaning);
            line(text, format_args!("| `{signature}` | {meaning} | {example} |"));
        }
        text.push('\n');
    }
}

fn is_refused(entry: &Entry) -> bool {
    matches!(entry.how, How::Refused(_))
}

fn escaped(code: &str) -> String {
    code.replace('|', "\\|")
}

/// Syntax that is read and refused.
const SYNTAX: &[(&str, &str)] = &[
    ("everything but SELECT and WITH", "the lake does not change"),
    ("more than one statement", "one question, one answer"),
    ("`WITH RECURSIVE`", "Lake does not have it either"),
    ("`LATERAL`, `NATURAL JOIN`, `FULL JOIN … USING`", "write the condition with ON"),
    ("`VALUES` as a query, table functions, `TABLESAMPLE`", "FROM takes event data stores"),
    ("`AT TIME ZONE` other than UTC", "all times are UTC"),
    ("`ROW (…)`, `CAST (… AS row(…))`, arrays of rows made by you", "results cannot hold them"),
    ("`INTERVAL '1-2' YEAR TO MONTH`", "write one unit"),
    (
        "`GROUP BY ALL`, `ORDER BY ALL`, `QUALIFY`, `DISTINCT ON`, `* EXCEPT`",
        "Trino does not have them",
    ),
    ("JSON paths with wildcards or filters", "use UNNEST"),
    ("look-around and back-references in patterns", "patterns are matched in linear time"),
];

fn refusals(text: &mut String) {
    text.push_str("## What is refused\n\n| what | why |\n|---|---|\n");
    for (what, why) in SYNTAX {
        line(text, format_args!("| {what} | {why} |"));
    }
    for entry in TABLE {
        if let How::Refused(why) = entry.how {
            line(text, format_args!("| `{}` | {why} |", entry.name));
        }
    }
    text.push('\n');
}

fn limits(text: &mut String) {
    let gate = Gate::default();
    text.push_str("## Limits\n\n| what | at most |\n|---|---|\n");
    for (what, most) in [
        ("characters of a statement", gate.chars_max),
        ("words and signs", gate.tokens_max),
        ("brackets within each other", gate.brackets_deep_max),
        ("operators in one expression", gate.operators_deep_max),
        ("set operations", gate.set_operations_max),
        ("tables, joins and subqueries", gate.relations_max),
        ("bytes of text that a function makes", crate::functions::scalar::TEXT_BYTES_MAX),
    ] {
        line(text, format_args!("| {what} | {most} |"));
    }
    text.push_str(
        "\nMemory, time and the size of a result are limited by the server; a statement that needs \
         more fails with a message that says so.\n",
    );
}
