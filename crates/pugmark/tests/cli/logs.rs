//! Log files made for the tests.

use crate::home::Home;

/// A record with odd spacing, which must come back as it is.
pub(crate) const CREATE_USER: &str = concat!(
    r#"{ "eventVersion":"1.11", "userIdentity": {"type":"IAMUser","principalId":"AIDAALICE","#,
    r#""arn":"arn:aws:iam::123456789012:user/alice","accountId":"123456789012","#,
    r#""accessKeyId":"AKIAALICE","userName":"alice"},"eventTime":"2026-11-01T02:13:07Z","#,
    r#""eventSource":"iam.amazonaws.com","eventName":"CreateUser","awsRegion":"us-east-1","#,
    r#""sourceIPAddress":"198.51.100.10","userAgent":"aws-cli/2","#,
    r#""requestParameters":{"userName":"svc"},"responseElements":null,"#,
    r#""eventID":"11111111-0000-4000-8000-000000000001","readOnly":false,"#,
    r#""eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"123456789012","#,
    r#""eventCategory":"Management"}"#,
);

/// Its id.
pub(crate) const CREATE_USER_ID: &str = "11111111-0000-4000-8000-000000000001";

/// A record by its parts that differ.
pub(crate) fn record(id: u32, time: &str, user: &str, action: &str, error: Option<&str>) -> String {
    let (source, name) = action.split_once(':').unwrap();
    let mut record = serde_json::json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": format!("AIDA{user}"),
            "arn": format!("arn:aws:iam::123456789012:user/{user}"),
            "accountId": "123456789012",
            "userName": user,
        },
        "eventTime": time,
        "eventSource": format!("{source}.amazonaws.com"),
        "eventName": name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.66",
        "userAgent": "curl",
        "requestParameters": null,
        "eventID": format!("22222222-0000-4000-8000-{id:012}"),
        "eventType": "AwsApiCall",
        "recipientAccountId": "123456789012",
        "eventCategory": "Management",
    });
    if let Some(code) = error {
        record["errorCode"] = code.into();
        record["errorMessage"] = "no".into();
    }
    record.to_string()
}

/// A log file as AWS writes it.
pub(crate) fn file(records: &[String]) -> String {
    format!("{{\"Records\":[{}]}}", records.join(","))
}

/// Five records of two people, and a document that is none of ours.
pub(crate) fn write(home: &Home) {
    let trail = "cloudtrail:DeleteTrail";
    let records = [
        CREATE_USER.to_owned(),
        record(1, "2026-11-02T00:00:00Z", "mallory", trail, Some("AccessDenied")),
        record(2, "2026-11-03T00:00:00Z", "mallory", trail, Some("AccessDenied")),
        record(3, "2026-11-04T00:00:00Z", "alice", trail, None),
        record(4, "2026-11-05T00:00:00Z", "mallory", "s3:ListBuckets", None),
    ];
    home.write("logs/a.json", &file(&records));
    home.write("logs/readme.json", "{\"Statement\":[]}");
}
