//! A found record as a person reads it: when, where, who, what, how it went, from where, on what.

use crate::output::{Column, Row};
use engine::Found;
use formats::cloudtrail;
use model::{Field, RecordView, Scan};
use std::borrow::Cow;

/// The columns, in the order of [`Sighting::cells`].
pub(crate) const COLUMNS: &[Column] = &[
    Column::whole("time", 20, 0),
    Column::text("account", 12, 5),
    Column::text("region", 9, 4),
    Column::text("who", 10, 0),
    Column::text("action", 12, 0),
    Column::text("outcome", 6, 0),
    Column::text("from", 11, 2),
    Column::text("resources", 9, 3),
    Column::whole("id", 36, 1),
];

/// Most resources named in a cell; further ones are counted.
const RESOURCES_SHOWN: usize = 2;

/// What a record says, in words. Everything in it is a stranger's text.
#[derive(Clone, Debug)]
pub(crate) struct Sighting {
    /// `eventTime`.
    pub(crate) time: String,
    /// The account it was recorded in, or imported for.
    pub(crate) account: String,
    /// `awsRegion`.
    pub(crate) region: String,
    /// The shortest name that tells principals apart: `alice`, `ReleaseRole/build-7731`, `root`.
    pub(crate) who: String,
    /// `iam:CreateUser`.
    pub(crate) action: String,
    /// `ok`, or the error code.
    pub(crate) outcome: String,
    /// The address or service the call came from.
    pub(crate) from: String,
    /// What was touched.
    pub(crate) resources: String,
    /// `eventID`.
    pub(crate) id: String,
    /// The principal, as long as it takes to be unique: its ARN where it has one.
    pub(crate) principal: String,
    /// The record as received.
    bytes: std::sync::Arc<[u8]>,
}

impl Sighting {
    /// Reads a record.
    pub(crate) fn of(found: &Found) -> Self {
        let mut scan = Scan::default();
        // What was taken in was read once already; should it not be readable now, the cells are
        // empty and the record is shown all the same.
        let _ = scan.read(&found.bytes, 0);
        let view = RecordView::new(&found.bytes, &scan);
        let text = |field| view.text(field).unwrap_or_default().into_owned();
        let who = who(&view);
        Self {
            time: found.place.time.to_string(),
            account: found.owner.to_string(),
            region: text(Field::AwsRegion),
            action: action(&text(Field::EventSource), &text(Field::EventName)),
            outcome: outcome(&view),
            from: text(Field::SourceIp),
            resources: resources(&view),
            id: text(Field::EventId),
            principal: first_of(&view, &[Field::IdentityArn, Field::PrincipalId])
                .unwrap_or_else(|| who.clone()),
            who,
            bytes: found.bytes.clone(),
        }
    }

    /// Whether the call did not do what it was asked.
    pub(crate) fn failed(&self) -> bool {
        self.outcome != OK
    }
}

impl Row for Sighting {
    fn cells(&self) -> Vec<String> {
        [
            &self.time,
            &self.account,
            &self.region,
            &self.who,
            &self.action,
            &self.outcome,
            &self.from,
            &self.resources,
            &self.id,
        ]
        .map(Clone::clone)
        .into()
    }

    fn json(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }
}

const OK: &str = "ok";

/// The first of these fields that says something.
fn first_of(view: &RecordView<'_>, fields: &[Field]) -> Option<String> {
    let texts = fields.iter().filter_map(|field| view.text(*field));
    texts.map(Cow::into_owned).find(|text| !text.is_empty())
}

/// A role's session is told with its role: many roles have a session `i-0123`.
fn who(view: &RecordView<'_>) -> String {
    if let Some(arn) = view.text(Field::IdentityArn)
        && let Some((_, session)) = arn.split_once(":assumed-role/")
    {
        return session.to_owned();
    }
    let name = cloudtrail::username(view).map(Cow::into_owned);
    let known = [
        Field::IdentityArn,
        Field::PrincipalId,
        Field::AccessKeyId,
        Field::IdentityAccount,
        Field::IdentityType,
    ];
    name.filter(|name| !name.is_empty())
        .or_else(|| first_of(view, &known))
        .unwrap_or_else(|| "-".to_owned())
}

/// `iam.amazonaws.com` and `CreateUser` as `iam:CreateUser`.
fn action(source: &str, name: &str) -> String {
    let service = source.strip_suffix(".amazonaws.com").unwrap_or(source);
    match service {
        "" => name.to_owned(),
        service => format!("{service}:{name}"),
    }
}

/// A sign-in that failed has a message and no code.
fn outcome(view: &RecordView<'_>) -> String {
    if let Some(code) = first_of(view, &[Field::ErrorCode]) {
        return code;
    }
    match first_of(view, &[Field::ErrorMessage]) {
        Some(_) => "failed".to_owned(),
        None => OK.to_owned(),
    }
}

fn resources(view: &RecordView<'_>) -> String {
    let mut found = Vec::new();
    cloudtrail::resources(view, &mut found);
    let mut names: Vec<&str> = found.iter().map(|resource| &*resource.name).collect();
    names.dedup();
    let rest = names.len().saturating_sub(RESOURCES_SHOWN);
    names.truncate(RESOURCES_SHOWN);
    match rest {
        0 => names.join(", "),
        rest => format!("{} and {rest} more", names.join(", ")),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use engine::Place;
    use model::{AccountId, Origin, RecordId, Seq, Timestamp};

    /// A record that was found at a second, as number `seq`.
    pub(crate) fn found(json: &str, second: i64, seq: u64) -> Found {
        Found {
            place: Place { time: Timestamp::from_seconds(second), seq: Seq(seq) },
            owner: AccountId::parse("123456789012").unwrap(),
            origin: Origin::Imported,
            bytes: json.as_bytes().into(),
            id: RecordId([0; 16]),
            hidden: false,
        }
    }

    fn sighting(json: &str) -> Sighting {
        Sighting::of(&found(json, 0, 0))
    }

    #[test]
    fn tells_a_role_with_its_session() {
        let role = sighting(
            r#"{"eventSource":"sts.amazonaws.com","eventName":"GetCallerIdentity","userIdentity":
            {"type":"AssumedRole","principalId":"AROA1:build-7731",
            "arn":"arn:aws:sts::123456789012:assumed-role/ReleaseRole/build-7731"}}"#,
        );
        assert_eq!(role.who, "ReleaseRole/build-7731");
        assert_eq!(role.action, "sts:GetCallerIdentity");
        assert!(!role.failed());
    }

    #[test]
    fn tells_how_it_went() {
        let denied = sighting(r#"{"eventName":"X","errorCode":"AccessDenied"}"#);
        assert_eq!((denied.outcome.as_str(), denied.failed()), ("AccessDenied", true));
        let sign_in = sighting(r#"{"errorMessage":"Failed authentication"}"#);
        assert_eq!((sign_in.outcome.as_str(), sign_in.failed()), ("failed", true));
    }

    #[test]
    fn a_record_that_says_nothing_is_shown_all_the_same() {
        for json in ["{}", r#"{"userIdentity":null}"#, "not json"] {
            let nothing = sighting(json);
            assert_eq!((nothing.who.as_str(), nothing.outcome.as_str()), ("-", "ok"));
            assert_eq!(nothing.cells().len(), COLUMNS.len());
        }
    }
}
