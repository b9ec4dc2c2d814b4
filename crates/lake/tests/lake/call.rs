//! Calls whose members are known beforehand, so that an answer can be told without reading JSON.

use crate::dice::Dice;
use crate::sample::{Sample, Traits};
use model::{AccountId, Field, RecordId, Seq, Timestamp};

/// A record with what was put in it, unescaped.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) fields: Vec<(Field, String)>,
    pub(crate) sample: Sample,
    pub(crate) owner: AccountId,
    pub(crate) seq: Seq,
}

/// Values that a field may have: ordinary ones, some that look like ids or times, some that JSON
/// must escape.
pub(crate) fn values(field: Field) -> &'static [&'static str] {
    const NAMES: &[&str] = &[
        "ann",
        "Ann",
        "CORP\\ann",
        "CORP\\u0041dmin",
        "a\"b",
        "x/y",
        "Σίσυφος",
        "ΟΔΟΣ",
        "École",
        "İ",
        "6f8dc1a4-0000-4000-a000-00000000000a",
        "2023-07-10T11:42:31Z",
        "tab\there",
        "",
    ];
    match field {
        Field::EventName => &["CreateUser", "createuser", "DeleteUser", "Get<Object>", "*", ""],
        Field::EventSource => {
            &["iam.amazonaws.com", "s3.amazonaws.com", "custom", "iam", "amazonaws.com"]
        }
        Field::AwsRegion => &["eu-west-1", "us-east-1", "mars/1"],
        Field::SourceIp => &["192.0.2.1", "2001:db8::1", "AWS Internal", "s3.amazonaws.com"],
        Field::ErrorCode => &["AccessDenied", "Client.Unauthorized=Operation", "no\nsuch"],
        Field::RecipientAccount => &["111122223333", "444455556666"],
        Field::IdentityArn => &[
            "arn:aws:iam::111122223333:user/ann",
            "arn:aws:sts::111122223333:assumed-role/Deploy/build-7",
            "arn:aws:iam::111122223333:root",
            "arn:aws:iam::111122223333:user/path/to/ann/",
        ],
        Field::PrincipalId => &["AIDAEXAMPLE", "AROAEXAMPLE:build-7", "a:b:c/d"],
        Field::AccessKeyId | Field::IssuedKey => &["AKIAEXAMPLE1", "ASIAEXAMPLE2", ""],
        Field::IssuerArn => &["arn:aws:iam::111122223333:role/Deploy"],
        Field::IdentityAccount => &["111122223333", "444455556666"],
        _ => NAMES,
    }
}

/// The fields that a question can reach, and two that it cannot.
pub(crate) const FIELDS: &[Field] = &[
    Field::EventName,
    Field::EventSource,
    Field::AwsRegion,
    Field::SourceIp,
    Field::ErrorCode,
    Field::RecipientAccount,
    Field::IdentityArn,
    Field::PrincipalId,
    Field::AccessKeyId,
    Field::IssuedKey,
    Field::UserName,
    Field::IssuerUserName,
    Field::IssuerArn,
    Field::IdentityAccount,
    Field::InvokedBy,
    Field::SourceIdentity,
    Field::UserAgent,
    Field::SharedEventId,
];

pub(crate) const KINDS: &[&str] =
    &["AWS::S3::Bucket", "AWS::IAM::User", "odd|kind", "odd", "back\\slash", "back\\u0041", ""];

pub(crate) const RESOURCES: &[&str] =
    &["logs", "arn:aws:s3:::logs", "ann", "CORP\\ann", "Ünïcode", "*", "odd|name"];

pub(crate) const OWNERS: &[&str] = &["111122223333", "444455556666", "777788889999"];

impl Call {
    pub(crate) fn random(dice: &mut Dice, number: u64) -> Self {
        let mut fields: Vec<(Field, String)> = Vec::new();
        for field in FIELDS {
            if !dice.once_in(4) {
                fields.push((*field, dice.text(values(*field))));
            }
        }
        dice.shuffle(&mut fields);
        let at = moment(dice);
        let mut members = fields.clone();
        members.push((Field::EventTime, at.to_string()));
        let id = RecordId(dice.id());
        if !dice.once_in(8) {
            members.push((Field::EventId, id.to_uuid()));
        }
        let json = object(dice, &members, "");
        let mut sample = Sample::of(json.as_bytes(), number, at);
        (sample.id, sample.time) = (id, at);
        sample.traits = Traits::random(dice);
        sample.stores = dice.once_in(2).then(|| dice.text(&["a", "b", "a,b", "a,b,c"]).into());
        sample.username = named(dice, &fields);
        for _ in 0..dice.below(4) {
            sample.resources.push((dice.text(KINDS), dice.text(RESOURCES)));
        }
        let owner = AccountId::parse(&dice.text(OWNERS)).unwrap();
        Self { fields, sample, owner, seq: Seq(0) }
    }

    /// The same call with other members.
    pub(crate) fn rewrite(&mut self, fields: Vec<(Field, String)>) {
        let mut members = fields.clone();
        members.push((Field::EventTime, self.sample.time.to_string()));
        self.sample.bytes = object(&mut Dice::new(0), &members, "").into_bytes().into();
        self.fields = fields;
        self.sample.username = None;
    }

    pub(crate) fn field(&self, field: Field) -> Option<&str> {
        self.fields.iter().find(|(f, _)| *f == field).map(|(_, value)| value.as_str())
    }
}

/// Moments of which many are the same, some have a fraction, and some lie far off.
fn moment(dice: &mut Dice) -> Timestamp {
    let second = 1_688_989_351_000;
    match dice.below(12) {
        0 => Timestamp(second + dice.below(9_000) as i64),
        1 => Timestamp(*dice.pick(&[-1_000, 0, -1, 5_000_000_000_000])),
        _ => Timestamp(second + dice.below(60) as i64 * 1_000),
    }
}

fn named(dice: &mut Dice, fields: &[(Field, String)]) -> Option<String> {
    let user = fields.iter().find(|(field, _)| *field == Field::UserName);
    match dice.below(4) {
        0 => None,
        1 => Some(dice.text(values(Field::UserName))),
        _ => user.map(|(_, name)| name.clone()),
    }
}

/// Writes the members below `path` as an object, those of deeper paths as objects within.
fn object(dice: &mut Dice, members: &[(Field, String)], path: &str) -> String {
    let mut keys: Vec<&str> = Vec::new();
    for (field, _) in members {
        let below = field.path().strip_prefix(path).and_then(|rest| rest.split('.').next());
        keys.extend(below.filter(|key| !keys.contains(key)));
    }
    let mut texts = Vec::new();
    for key in keys {
        let full = format!("{path}{key}");
        let value = match members.iter().find(|(field, _)| field.path() == full) {
            Some((_, value)) => string(dice, value),
            None => object(dice, members, &format!("{full}.")),
        };
        texts.push(format!("\"{key}\":{value}"));
    }
    format!("{{{}}}", texts.join(*dice.pick(&[",", ", ", "\n,"])))
}

/// A JSON string; some characters are escaped though they need not be.
fn string(dice: &mut Dice, text: &str) -> String {
    let often = *dice.pick(&[1_000, 1_000, 1_000, 3]);
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '/' if dice.once_in(2) => out.push_str("\\/"),
            c if c < ' ' || c as u32 <= 0xffff && dice.once_in(often) => {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
