//! Random questions, most of which somebody answers to.

use crate::call::{Call, FIELDS, KINDS, OWNERS, RESOURCES, values};
use crate::dice::Dice;
use lake::{Attribute, Match, Place, Search, Term};
use model::{AccountId, Field, Seq, TimeRange, Timestamp};

pub(crate) const ATTRIBUTES: &[Attribute] = &[
    Attribute::EventId,
    Attribute::EventName,
    Attribute::EventSource,
    Attribute::ReadOnly,
    Attribute::Username,
    Attribute::ResourceType,
    Attribute::ResourceName,
    Attribute::AccessKeyId,
    Attribute::SourceIp,
    Attribute::Who,
    Attribute::Action,
    Attribute::ErrorCode,
    Attribute::Failed,
    Attribute::Region,
    Attribute::Account,
    Attribute::Category,
    Attribute::IdentityArn,
    Attribute::Origin,
    Attribute::IssuedKey,
    Attribute::Identity,
];

pub(crate) fn random(dice: &mut Dice, calls: &[Call]) -> Search {
    let mut search = Search {
        limit: *dice.pick(&[1, 2, 7, 50, 1_000]),
        include_hidden: dice.once_in(2),
        store: dice.once_in(6).then(|| dice.text(&["a", "b", "c", "d"])),
        ..Search::default()
    };
    for _ in 0..dice.below(3) {
        let what = *dice.pick(ATTRIBUTES);
        search.terms.push(term(dice, calls, what));
    }
    if dice.once_in(3) {
        search.owner = AccountId::parse(&dice.text(OWNERS));
    }
    if dice.once_in(4) {
        search.region = Some(dice.text(values(Field::AwsRegion)));
    }
    if dice.once_in(2) {
        search.times = times(dice, calls);
    }
    if dice.once_in(5) {
        let seq = *dice.pick(&[Seq(0), Seq(u64::MAX), dice.clone().pick(calls).seq]);
        search.after = Some(Place { time: edge(dice, calls), seq });
    }
    search
}

/// From and to may stand the wrong way round: then nothing lies between.
fn times(dice: &mut Dice, calls: &[Call]) -> TimeRange {
    TimeRange { start: edge(dice, calls), end: edge(dice, calls) }
}

fn edge(dice: &mut Dice, calls: &[Call]) -> Timestamp {
    let extremes = [Timestamp::MIN, Timestamp::MAX, Timestamp(i64::MIN), Timestamp(i64::MAX)];
    match dice.below(8) {
        0 => *dice.pick(&extremes),
        1 => Timestamp(dice.pick(calls).sample.time.0 + 1),
        _ => dice.pick(calls).sample.time,
    }
}

pub(crate) fn term(dice: &mut Dice, calls: &[Call], what: Attribute) -> Term {
    let matches = match dice.below(4) {
        0 => {
            let mut texts: Vec<String> =
                (0..dice.below(4)).map(|_| text(dice, calls, what)).collect();
            texts.extend(texts.first().cloned());
            Match::AnyOf(texts)
        }
        1 => Match::Like(pattern(dice, calls, what)),
        _ => Match::Is(text(dice, calls, what)),
    };
    Term { what, matches }
}

/// A value that some record has, or might have.
fn text(dice: &mut Dice, calls: &[Call], what: Attribute) -> String {
    let call = dice.pick(calls).clone();
    match what {
        _ if dice.once_in(12) => "nobody has this".to_owned(),
        Attribute::EventName => dice.text(values(Field::EventName)),
        Attribute::EventSource => dice.text(values(Field::EventSource)),
        Attribute::AccessKeyId => dice.text(values(Field::AccessKeyId)),
        Attribute::SourceIp => dice.text(values(Field::SourceIp)),
        Attribute::ErrorCode => dice.text(values(Field::ErrorCode)),
        Attribute::Region => dice.text(values(Field::AwsRegion)),
        Attribute::Account => dice.text(values(Field::RecipientAccount)),
        Attribute::IdentityArn => dice.text(values(Field::IdentityArn)),
        Attribute::IssuedKey => dice.text(values(Field::IssuedKey)),
        Attribute::Username => call.sample.username.unwrap_or_default(),
        Attribute::ResourceType => dice.text(KINDS),
        Attribute::ResourceName => dice.text(RESOURCES),
        Attribute::Who => principal(dice, &call),
        Attribute::Action => action(dice),
        Attribute::EventId | Attribute::Identity => match dice.once_in(2) {
            true => call.sample.id.to_uuid(),
            false => format!("{:032X}", u128::from_be_bytes(call.sample.id.0)),
        },
        Attribute::ReadOnly | Attribute::Failed => dice.text(&["true", "false", "maybe"]),
        Attribute::Category => dice.text(&["Management", "insight", "DATA", "Other", "NoSuch"]),
        Attribute::Origin => dice.text(&["recorded", "imported", "put", "Put"]),
    }
}

fn principal(dice: &mut Dice, call: &Call) -> String {
    let field = *dice.pick(FIELDS);
    let value = call.field(field).unwrap_or("ann");
    match dice.once_in(2) {
        true => value.to_owned(),
        false => value.rsplit([':', '/']).next().unwrap_or(value).to_owned(),
    }
}

fn action(dice: &mut Dice) -> String {
    let source = *dice.pick(&["iam", "iam.amazonaws.com", "*", "s3", "custom", ""]);
    let name = *dice.pick(&["CreateUser", "createuser", "*User", "*", "", "Get<Object>"]);
    if dice.once_in(2) { name.to_owned() } else { format!("{source}:{name}") }
}

/// A value with some of its characters left open, in another case.
fn pattern(dice: &mut Dice, calls: &[Call], what: Attribute) -> String {
    let text = text(dice, calls, what);
    let mut out = String::new();
    for c in text.chars() {
        match dice.below(10) {
            0 => out.push('?'),
            1 => out.push('*'),
            2 if out.ends_with('*') => {}
            3 => out.extend(c.to_uppercase()),
            _ => out.push(c),
        }
    }
    if dice.once_in(3) {
        out.push('*');
    }
    out
}
