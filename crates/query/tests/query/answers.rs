//! What statements answer.

use crate::lab::{STORE, ask};

fn check(sql: &str, expected: &str) {
    match ask(sql) {
        Ok(answer) => assert_eq!(answer.text(), expected, "{sql}"),
        Err(error) => panic!("{sql}: {error}"),
    }
}

fn columns(sql: &str) -> String {
    ask(sql).unwrap_or_else(|error| panic!("{sql}: {error}")).columns.join(", ")
}

#[test]
fn names_columns_as_the_user_spells_them() {
    let sql = "SELECT EVENTNAME, e.useridentity.ARN, count(*) OVER (), eventTime AS \"When\", \
               requestParameters['x'], eventname FROM events e";
    assert_eq!(columns(sql), "EVENTNAME, ARN, _col2, When, _col4, eventname_2");
}

#[test]
fn expands_stars() {
    let all = columns("SELECT * FROM events LIMIT 1");
    assert!(
        all.starts_with("eventVersion, userIdentity, eventTime, eventSource, eventName"),
        "{all}"
    );
    assert!(!all.contains("origin") && !all.contains("userIdentity."), "{all}");
    assert_eq!(columns("SELECT x.* FROM (SELECT eventName AS n, 1 FROM events) x"), "n, _col1");
}

#[test]
fn reaches_into_rows_maps_and_arrays() {
    check(
        "SELECT userIdentity.sessionContext.sessionIssuer.userName, userIdentity['type'], \
         e.tlsDetails.TLSVersion FROM events e WHERE eventName = 'StopLogging' ORDER BY eventTime LIMIT 2",
        "NULL | IAMUser | TLSv1.3\nops | AssumedRole | NULL",
    );
    check(
        "SELECT requestParameters['bucketName'], element_at(requestParameters, 'maxKeys'), \
         requestParameters['bucketname'], element_at(resources, 2).arn, resources[1].type \
         FROM events WHERE eventName = 'GetObject' ORDER BY eventTime LIMIT 1",
        "b0 | 0 | NULL | arn:aws:s3:::b0 | AWS::S3::Object",
    );
    check(
        "SELECT requestParameters.iamInstanceProfile.name, requestParameters['iamInstanceProfile'], \
         requestParameters.instancesSet.items[2].instanceId, element_at(resources, -1).arn \
         FROM events WHERE eventName = 'RunInstances' LIMIT 1",
        "web | {\"name\":\"web\"} | i-2 | NULL",
    );
    check(
        "SELECT json_extract_scalar(requestParameters['policyDocument'], '$.Statement[0].Effect'), \
         json_extract(element_at(requestParameters, 'policyDocument'), '$.Version') \
         FROM events WHERE requestParameters['policyDocument'] IS NOT NULL LIMIT 1",
        "Allow | \"2012\"",
    );
}

#[test]
fn shows_rows_maps_and_arrays_as_lake_does() {
    check(
        "SELECT userIdentity, requestParameters, resources FROM events ORDER BY eventTime LIMIT 1",
        "{type=IAMUser, principalId=AIDA1, userName=ada, arn=arn:aws:iam::111122223333:user/ada, \
         accountId=111122223333, accessKeyId=AKIA1} | {bucketName=b0, key=a/b, maxKeys=0} | \
         [{type=AWS::S3::Object, ARN=arn:aws:s3:::b0/a/b}, {accountId=111122223333, \
         type=AWS::S3::Bucket, ARN=arn:aws:s3:::b0}]",
    );
    check(
        "SELECT eventTime, readOnly, date(eventTime), 0.5e0, ARRAY['a', NULL] \
         FROM events ORDER BY eventTime LIMIT 1",
        "2026-11-19 00:00:00.000 | true | 2026-11-19 | 0.5 | [a, null]",
    );
}

#[test]
fn compares_as_lake_does() {
    for (condition, count) in [
        ("eventTime >= '2026-11-19 00:00:00' AND eventTime < '2026-11-19 01:06:41'", 2),
        ("eventTime > '2026-11-19T12:00:00Z'", 1),
        ("eventTime BETWEEN '2026-11-19' AND timestamp '2026-11-19 01:06:40'", 2),
        ("eventTime > date_add('hour', -15, now())", 1),
        ("eventTime > now() - INTERVAL '15' HOUR", 1),
        ("eventTime > from_iso8601_timestamp('2026-11-19T12:00:00Z')", 1),
        ("date(eventTime) = date '2026-11-19'", 12),
        ("readOnly = 'true'", 3),
        ("readOnly = False", 9),
        ("readOnly IN ('false')", 9),
        ("NOT readOnly", 9),
        ("sessionCredentialFromConsole = true", 1),
        ("recipientAccountId = 111122223333", 12),
        ("errorCode IS DISTINCT FROM 'AccessDenied'", 9),
        ("EVENTNAME LIKE 'Put%Policy' OR \"eventname\" = 'StopLogging'", 6),
        ("contains('10.0.0.0/30', sourceIPAddress)", 10),
        ("any_match(resources, r -> r.type = 'AWS::S3::Bucket' AND r.ARN LIKE '%b4')", 1),
        ("cardinality(resources) = 2", 3),
        ("requestParameters['maxKeys'] = 4", 1),
        ("cast(requestParameters['maxKeys'] AS bigint) > 3", 2),
        ("eventName IN (SELECT eventName FROM events WHERE errorCode IS NOT NULL)", 9),
    ] {
        check(&format!("SELECT count(*) FROM events WHERE {condition}"), &count.to_string());
    }
}

#[test]
fn groups_and_orders() {
    check(
        "SELECT eventName, count(*) AS calls, count_if(errorCode IS NOT NULL) failed FROM events \
         GROUP BY 1 HAVING count(*) > 2 ORDER BY failed DESC, eventName LIMIT 2",
        "GetObject | 3 | 1\nPutRolePolicy | 3 | 1",
    );
    check(
        "SELECT element_at(requestParameters, 'bucketName') AS bucket, count(*) FROM events \
         WHERE eventName = 'GetObject' GROUP BY requestParameters ORDER BY bucket",
        "b0 | 1\nb4 | 1\nb8 | 1",
    );
    check(
        "SELECT userIdentity.type, count(*) n FROM events GROUP BY userIdentity.type ORDER BY n, type",
        "AWSService | 4\nAssumedRole | 4\nIAMUser | 4",
    );
    check(
        "SELECT date_trunc('hour', eventTime) h, max_by(eventName, eventTime), \
         min_by(eventName, eventTime) FROM events GROUP BY h ORDER BY count(*) DESC, h LIMIT 1",
        "2026-11-19 00:00:00.000 | GetObject | GetObject",
    );
    check(
        "SELECT errorCode FROM events GROUP BY errorCode ORDER BY errorCode",
        "AccessDenied\nNULL",
    );
    check(
        "SELECT errorCode FROM events GROUP BY errorCode ORDER BY errorCode DESC",
        "AccessDenied\nNULL",
    );
    check(
        "SELECT DISTINCT awsRegion AS r FROM events WHERE eventTime > '2026-01-01' ORDER BY r",
        "eu-west-1\nus-east-1",
    );
    check(
        "SELECT eventName, awsRegion, count(*), grouping(awsRegion) FROM events \
         WHERE eventName LIKE 'Stop%' GROUP BY ROLLUP (eventName, awsRegion) ORDER BY 1, 2",
        "StopLogging | eu-west-1 | 3 | 0\nStopLogging | NULL | 3 | 1\nNULL | NULL | 3 | 1",
    );
}

#[test]
fn joins_stores_subqueries_and_sets() {
    check(
        &format!(
            "SELECT count(*) FROM events a JOIN {STORE} b ON a.eventID = b.eventID WHERE b.errorCode IS NOT NULL"
        ),
        "3",
    );
    check(&format!("SELECT count(*) FROM events JOIN \"{STORE}\" f USING (eventID)"), "3");
    check(
        &format!(
            "SELECT count(*) FROM arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/{STORE}"
        ),
        "3",
    );
    check(
        &format!("SELECT eventName FROM events EXCEPT SELECT eventName FROM {STORE} ORDER BY 1"),
        "StopLogging",
    );
    check(
        "SELECT eventName n FROM events UNION SELECT awsRegion FROM events ORDER BY n DESC LIMIT 2",
        "us-east-1\neu-west-1",
    );
    check(
        "WITH roles AS (SELECT userIdentity, requestParameters p, eventTime t FROM events), \
         named (who, what) AS (SELECT r.userIdentity.sessionContext.sessionIssuer.userName, \
         p['iamInstanceProfile'] FROM roles r) \
         SELECT who, json_extract_scalar(what, '$.name'), count(*) FROM named \
         WHERE who IS NOT NULL GROUP BY 1, 2 ORDER BY 2",
        "ops | web | 1\nops | NULL | 3",
    );
    check(
        "SELECT eventName, (SELECT count(*) FROM events i WHERE i.eventName = o.eventName) \
         FROM events o WHERE EXISTS (SELECT 1 FROM events x WHERE x.eventID = o.eventID \
         AND x.errorCode IS NOT NULL) ORDER BY eventTime",
        "GetObject | 3\nRunInstances | 3\nPutRolePolicy | 3",
    );
    check(
        "SELECT eventName, rank() OVER (PARTITION BY awsRegion ORDER BY eventTime DESC) r, \
         lag(eventName) OVER (ORDER BY eventTime) FROM events ORDER BY eventTime DESC LIMIT 2",
        "StopLogging | 1 | PutRolePolicy\nPutRolePolicy | 1 | RunInstances",
    );
}

#[test]
fn unnests() {
    check(
        "SELECT eventName, r.arn FROM events CROSS JOIN UNNEST(resources) AS t(r) \
         WHERE r.type = 'AWS::S3::Bucket' ORDER BY eventTime",
        "GetObject | arn:aws:s3:::b0\nGetObject | arn:aws:s3:::b4\nGetObject | arn:aws:s3:::b8",
    );
    check(
        "SELECT t.accountId, type, n FROM events e, UNNEST(e.resources) WITH ORDINALITY \
         AS t (accountId, type, arn, prefix, n) WHERE e.requestParameters['bucketName'] = 'b4' ORDER BY n",
        "NULL | AWS::S3::Object | 1\n111122223333 | AWS::S3::Bucket | 2",
    );
    check(
        "SELECT count(*), count(r) FROM events LEFT JOIN UNNEST(resources) AS t(r) ON true",
        "15 | 6",
    );
    check(
        "SELECT k, v FROM events CROSS JOIN UNNEST(requestParameters) AS t(k, v) \
         WHERE eventName = 'GetObject' AND k = 'key' LIMIT 1",
        "key | a/b",
    );
    check("SELECT x + 1 FROM UNNEST(ARRAY[1, 2]) AS t(x) ORDER BY 1", "2\n3");
    check(
        "SELECT tag, item FROM events CROSS JOIN UNNEST(cast(json_parse(requestParameters['tags']) \
         AS array(varchar))) AS a(tag) CROSS JOIN UNNEST(split('1,2', ',')) AS b(item) \
         WHERE eventName = 'RunInstances' AND tag = 'x' ORDER BY eventTime, item LIMIT 2",
        "x | 1\nx | 2",
    );
}

#[test]
fn runs_lambdas() {
    check(
        "SELECT transform(resources, r -> r.ARN), filter(ARRAY[1, 2, 3], x -> x > 1), \
         all_match(ARRAY[1, 2], x -> x > 0), none_match(ARRAY[1, 2], x -> x > 1) \
         FROM events WHERE resources IS NOT NULL ORDER BY eventTime LIMIT 1",
        "[arn:aws:s3:::b0/a/b, arn:aws:s3:::b0] | [2, 3] | true | false",
    );
    check(
        "SELECT filter(split('a,bb', ','), x -> length(x) = cardinality(resources)) \
         FROM events WHERE resources IS NOT NULL LIMIT 1",
        "[bb]",
    );
}

#[test]
fn casts_and_json() {
    check(
        "SELECT cast(json_extract(eventJson, '$.eventName') AS varchar), \
         cast(json_extract(eventJson, '$.readOnly') AS boolean), try_cast('x' AS bigint), \
         cast(1.5 AS varchar), cast(eventTime AS varchar), cast(eventTime AS varchar(10)) \
         FROM events ORDER BY eventTime LIMIT 1",
        "GetObject | true | NULL | 1.5 | 2026-11-19 00:00:00.000 | 2026-11-19",
    );
    check(
        "SELECT map_values(cast(json_extract(eventJson, '$.requestParameters') AS map(varchar, json))), \
         json_array_length(json_extract(eventJson, '$.resources')) FROM events ORDER BY eventTime LIMIT 1",
        "[b0, a/b, 0] | 2",
    );
}

#[test]
fn whoever_is_behind() {
    check(
        "SELECT session_chain, session_chain[1], element_at(session_chain, -1), \
         cardinality(session_chain), contains(session_chain, 'x'), array_join(session_chain, '>') \
         FROM events ORDER BY eventTime LIMIT 1",
        "[root, GetObject] | root | GetObject | 2 | false | root>GetObject",
    );
    check(
        "SELECT DISTINCT name FROM events CROSS JOIN UNNEST(session_chain) AS t(name) \
         ORDER BY 1 DESC LIMIT 1",
        "root",
    );
}

#[test]
fn counts_what_it_gave() {
    let answer = ask("SELECT eventName FROM events").unwrap();
    assert_eq!(answer.stats.rows, 12);
    assert!(answer.stats.result_bytes > 12 * 8);
}
