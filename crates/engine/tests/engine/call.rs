//! Records as AWS writes them, made small.

use model::{AccountId, Body, Origin, Record, Timestamp};

/// A call, to be told as a record.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) owner: AccountId,
    /// Its eventID; `None` leaves the member out.
    pub(crate) id: Option<String>,
    pub(crate) time: Timestamp,
    pub(crate) name: &'static str,
    pub(crate) user: String,
    /// Makes the request's id, so that no two records are alike.
    pub(crate) number: u64,
}

/// 2024-03-01T00:00:00Z.
pub(crate) const MARCH: Timestamp = Timestamp(1_709_251_200_000);

/// An account.
pub(crate) fn account(id: &str) -> AccountId {
    AccountId::parse(id).unwrap()
}

/// The account of records that do not care.
pub(crate) fn somebody() -> AccountId {
    account("111122223333")
}

/// A UUID that holds a number.
pub(crate) fn uuid(number: u64) -> String {
    let text = format!("{number:032x}");
    let [a, b, c, d, e] = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| &text[range]);
    [a, b, c, d, e].join("-")
}

impl Call {
    /// The `number`th call of somebody, one a second from March on.
    pub(crate) fn new(number: u64) -> Self {
        let time = Timestamp(MARCH.0 + i64::try_from(number).unwrap() * 1_000);
        let (owner, id) = (somebody(), Some(uuid(number)));
        Self { owner, id, time, name: "PutObject", user: "alice".to_owned(), number }
    }

    /// The record's JSON.
    pub(crate) fn json(&self) -> String {
        let Self { owner, time, name, user, number, .. } = self;
        let id = self.id.as_ref().map_or(String::new(), |id| format!(r#""eventID":"{id}","#));
        format!(
            concat!(
                r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","#,
                r#""principalId":"AIDA{user}","arn":"arn:aws:iam::{owner}:user/{user}","#,
                r#""accountId":"{owner}","accessKeyId":"AKIA{user}","userName":"{user}"}},"#,
                r#""eventTime":"{time}","eventSource":"s3.amazonaws.com","#,
                r#""eventName":"{name}","awsRegion":"us-east-1","#,
                r#""sourceIPAddress":"192.0.2.7","userAgent":"test","#,
                r#""requestParameters":{{"bucketName":"bucket-{bucket}"}},"#,
                r#""responseElements":null,"requestID":"{number}",{id}"readOnly":false,"#,
                r#""eventType":"AwsApiCall","recipientAccountId":"{owner}"}}"#
            ),
            bucket = number % 7,
            owner = owner,
            time = time,
            name = name,
            user = user,
            number = number,
            id = id,
        )
    }

    /// The record, as this server would record it.
    pub(crate) fn record(&self, ingested: Timestamp) -> Record {
        recorded(&self.owner, ingested, self.json().as_bytes())
    }
}

/// A recorded record of any bytes.
pub(crate) fn recorded(owner: &AccountId, ingested: Timestamp, bytes: &[u8]) -> Record {
    let (owner, body) = (owner.clone(), Body::ApiCall(bytes.into()));
    Record { owner, origin: Origin::Recorded, ingested, stores: None, body }
}
