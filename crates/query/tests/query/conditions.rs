//! Whatever condition is asked, the rows are those of which it holds.

use crate::world::{Known, World, ask};
use query::table::{JsonPath, TableSpec};

type Holds = fn(&Known) -> bool;

fn is(record: &Known, path: &str, value: &str) -> bool {
    record.text(path).as_deref() == Some(value)
}

fn has(record: &Known, path: &str, text: &str) -> bool {
    record.text(path).is_some_and(|value| value.contains(text))
}

/// Records are written in two ways; what a condition on JSON text sees is the text as written.
fn raw_has(record: &Known, text: &str) -> bool {
    record.at("requestParameters").is_some() && record.text.contains(text)
}

const CONDITIONS: &[(&str, Holds)] = &[
    ("eventname = 'PutObject'", |r| is(r, "eventName", "PutObject")),
    ("eventname = 'Custom'", |r| is(r, "eventName", "Custom")),
    ("eventname IN ('PutObject', 'Nothing', 'GetObject')", |r| {
        is(r, "eventName", "PutObject") || is(r, "eventName", "GetObject")
    }),
    ("eventname <> 'PutObject'", |r| !is(r, "eventName", "PutObject")),
    ("eventname LIKE 'Put%'", |r| has(r, "eventName", "Put")),
    ("eventname NOT LIKE '%Object'", |r| !has(r, "eventName", "Object")),
    ("lower(eventname) = 'putobject'", |r| is(r, "eventName", "PutObject")),
    ("errorcode IS NULL", |r| r.at("errorCode").is_none()),
    ("errorcode IS NOT NULL", |r| r.at("errorCode").is_some()),
    ("errorcode = '7'", |r| is(r, "errorCode", "7")),
    ("coalesce(errorcode, 'none') = 'none'", |r| r.at("errorCode").is_none()),
    ("errormessage LIKE '%\"way\" 2%'", |r| has(r, "errorMessage", "\"way\" 2")),
    ("sourceipaddress > '10.0.0.4'", |r| {
        r.text("sourceIPAddress").is_some_and(|ip| *ip > *"10.0.0.4")
    }),
    ("\"useridentity.username\" = 'u4'", |r| is(r, "userIdentity.userName", "u4")),
    ("\"useridentity.principalid\" = 'p5'", |r| is(r, "userIdentity.principalId", "p5")),
    ("sharedeventid IS NOT NULL", |r| r.at("sharedEventID").is_some()),
    ("readonly", |r| r.read_only() == Some(true)),
    ("NOT readonly", |r| r.read_only() == Some(false)),
    ("readonly IS NULL", |r| r.read_only().is_none()),
    ("managementevent = true", |r| r.at("managementEvent").is_some_and(|v| *v == true)),
    ("origin = 'put'", |r| r.origin.as_str() == "put"),
    ("owner = '444455556666'", |r| r.owner == "444455556666"),
    ("eventid = '0000001e-0000-4000-a000-00000000000a'", |r| r.seq == 0x1e),
    (
        "eventid IN ('0000001e-0000-4000-a000-00000000000a', '00000320-0000-4000-a000-00000000000a')",
        |r| r.seq == 0x1e || r.seq == 0x320,
    ),
    ("eventid = 'nothing'", |_| false),
    ("eventtime >= TIMESTAMP '2026-02-25 18:00:00'", |r| r.time >= 1_772_042_400_000),
    (
        "eventtime BETWEEN TIMESTAMP '2026-02-25 10:00:00' AND TIMESTAMP '2026-02-25 12:00:00'",
        |r| (1_772_013_600_000..=1_772_020_800_000).contains(&r.time),
    ),
    ("eventtime < TIMESTAMP '2026-02-25 10:00:00' AND readonly", |r| {
        r.time < 1_772_013_600_000 && r.read_only() == Some(true)
    }),
    ("extract(hour FROM eventtime) = 11", |r| r.time.div_euclid(3_600_000).rem_euclid(24) == 11),
    ("requestparameters LIKE '%sg-0abc1%'", |r| raw_has(r, "sg-0abc1")),
    ("requestparameters LIKE '%bucketName%'", |r| raw_has(r, "bucketName")),
    ("requestparameters LIKE '%a000-0000%'", |r| has(r, "requestParameters", "a000-0000")),
    ("requestparameters LIKE '%true%'", |r| has(r, "requestParameters", "true")),
    ("requestparameters NOT LIKE '%bucket%'", |r| {
        r.at("requestParameters").is_some() && !has(r, "requestParameters", "bucket")
    }),
    ("requestparameters IS NULL", |r| r.at("requestParameters").is_none()),
    ("\"requestparameters#bucketName\" = 'bucket-6'", |r| {
        is(r, "requestParameters.bucketName", "bucket-6")
    }),
    ("\"requestparameters#bucketName\" LIKE '%cket-1%'", |r| {
        has(r, "requestParameters.bucketName", "cket-1")
    }),
    ("\"requestparameters#bucketName\" IS NULL AND eventname = 'GetObject'", |r| {
        r.at("requestParameters.bucketName").is_none() && is(r, "eventName", "GetObject")
    }),
    ("eventname = 'ConsoleLogin' AND \"additionaleventdata#MFAUsed\" = 'No'", |r| {
        is(r, "eventName", "ConsoleLogin") && is(r, "additionalEventData.MFAUsed", "No")
    }),
    ("eventname = 'GetObject' OR errorcode = 'AccessDenied'", |r| {
        is(r, "eventName", "GetObject") || is(r, "errorCode", "AccessDenied")
    }),
    ("eventname = 'GetObject' AND owner = '111122223333' AND errorcode IS NOT NULL", |r| {
        is(r, "eventName", "GetObject") && r.owner == "111122223333" && r.at("errorCode").is_some()
    }),
    ("eventjson LIKE '%bucket-1%'", |r| r.text.contains("bucket-1")),
    ("1 = 0", |_| false),
];

fn paths() -> [JsonPath; 2] {
    [
        JsonPath::text("requestParameters", &["bucketName"]),
        JsonPath::text("additionalEventData", &["MFAUsed"]),
    ]
}

#[tokio::test]
async fn rows_are_those_of_which_conditions_hold() {
    let world = World::new();
    let context = world.context(&TableSpec::default(), &paths());
    for (condition, holds) in CONDITIONS {
        let sql = format!("SELECT eventid FROM events WHERE {condition}");
        let mut found: Vec<String> =
            ask(&context, &sql).await.into_iter().map(|row| row[0].clone().unwrap()).collect();
        found.sort();
        let mut wanted: Vec<String> = world.shown().filter(|r| holds(r)).map(Known::id).collect();
        wanted.sort();
        assert_eq!(found, wanted, "{condition}");
        let sql = format!("SELECT count(*) FROM events WHERE {condition}");
        assert_eq!(ask(&context, &sql).await, [[Some(wanted.len().to_string())]], "{sql}");
    }
}

#[tokio::test]
async fn conditions_are_decided_in_the_scan() {
    let world = World::new();
    let context = world.context(&TableSpec::default(), &paths());
    for (condition, _) in CONDITIONS {
        let plan =
            context.sql(&format!("SELECT eventid FROM events WHERE {condition}")).await.unwrap();
        let plan = plan.create_physical_plan().await.unwrap();
        let shown = datafusion::physical_plan::displayable(&*plan).indent(true).to_string();
        assert!(!shown.contains("FilterExec"), "{condition}\n{shown}");
    }
}
