//! The answers as a plain list gives them: every record is looked at, nothing is indexed.

use crate::call::Call;
use lake::{Attribute, Match, Place, Search, Term};
use model::Field;

/// All records that pass, newest first, without pages.
pub(crate) fn answer<'a>(calls: &'a [Call], search: &Search) -> Vec<&'a Call> {
    let mut found: Vec<&Call> = calls.iter().filter(|call| passes(call, search)).collect();
    found.sort_by_key(|call| std::cmp::Reverse(place(call)));
    found
}

pub(crate) fn place(call: &Call) -> Place {
    Place { time: call.sample.time, seq: call.seq }
}

fn passes(call: &Call, search: &Search) -> bool {
    search.owner.as_ref().is_none_or(|owner| *owner == call.owner)
        && search.region.as_deref().is_none_or(|r| call.field(Field::AwsRegion) == Some(r))
        && search.times.contains(call.sample.time)
        && (search.include_hidden || !call.sample.traits.hidden)
        && search.store.as_ref().is_none_or(|store| {
            let stores = call.sample.stores.as_deref().unwrap_or_default();
            stores.split(',').any(|id| id == store)
        })
        && search.after.is_none_or(|after| place(call) < after)
        && search.terms.iter().all(|term| holds(call, term))
}

pub(crate) fn holds(call: &Call, term: &Term) -> bool {
    let matches = &term.matches;
    let field = |field| call.field(field).is_some_and(|value| wanted(matches, value));
    let traits = &call.sample.traits;
    match term.what {
        Attribute::EventName => field(Field::EventName),
        Attribute::EventSource => field(Field::EventSource),
        Attribute::AccessKeyId => field(Field::AccessKeyId),
        Attribute::SourceIp => field(Field::SourceIp),
        Attribute::ErrorCode => field(Field::ErrorCode),
        Attribute::Region => field(Field::AwsRegion),
        Attribute::Account => field(Field::RecipientAccount),
        Attribute::IdentityArn => field(Field::IdentityArn),
        Attribute::IssuedKey => field(Field::IssuedKey),
        Attribute::Username => call.sample.username.as_ref().is_some_and(|n| wanted(matches, n)),
        Attribute::ResourceType => call.sample.resources.iter().any(|(k, _)| wanted(matches, k)),
        Attribute::ResourceName => call.sample.resources.iter().any(|(_, n)| wanted(matches, n)),
        Attribute::Who => names_principal(call, matches),
        Attribute::Action => is_action(call, matches),
        Attribute::EventId | Attribute::Identity => is_id(call, matches),
        Attribute::ReadOnly => traits.read_only.is_some_and(|b| wanted(matches, word(b))),
        Attribute::Failed => wanted(matches, word(traits.failed)),
        Attribute::Origin => wanted(matches, traits.origin.as_str()),
        // Categories are written in either case.
        Attribute::Category => texts(matches).iter().any(|text| match matches {
            Match::Like(_) => glob(text, traits.category.as_str()),
            _ => text.eq_ignore_ascii_case(traits.category.as_str()),
        }),
    }
}

const fn word(b: bool) -> &'static str {
    if b { "true" } else { "false" }
}

fn texts(matches: &Match) -> Vec<&str> {
    match matches {
        Match::Is(text) | Match::Like(text) => vec![text],
        Match::AnyOf(texts) => texts.iter().map(String::as_str).collect(),
    }
}

fn wanted(matches: &Match, value: &str) -> bool {
    match matches {
        Match::Like(pattern) => glob(pattern, value),
        _ => texts(matches).contains(&value),
    }
}

/// The name itself, or a name in an ARN or in a principal's id.
fn names_principal(call: &Call, matches: &Match) -> bool {
    const FIELDS: &[Field] = &[
        Field::IdentityArn,
        Field::PrincipalId,
        Field::AccessKeyId,
        Field::UserName,
        Field::IssuerUserName,
        Field::IssuerArn,
        Field::IdentityAccount,
        Field::InvokedBy,
        Field::SourceIdentity,
    ];
    let fields = FIELDS.iter().filter_map(|field| call.field(*field));
    fields.chain(call.sample.username.as_deref()).any(|value| {
        let resource = value.rfind(':').map_or(value, |colon| &value[colon + 1..]);
        wanted(matches, value) || resource.split('/').any(|name| wanted(matches, name))
    })
}

/// `service:name` or `name`, both as patterns. What a record lacks matches no pattern.
fn is_action(call: &Call, matches: &Match) -> bool {
    let of_source = |pattern: &str| {
        call.field(Field::EventSource).is_some_and(|source| {
            let short = source.strip_suffix(".amazonaws.com").unwrap_or(source);
            glob(pattern, source) || glob(pattern, short)
        })
    };
    let of_name =
        |pattern: &str| call.field(Field::EventName).is_some_and(|name| glob(pattern, name));
    texts(matches).iter().any(|text| match text.find(':') {
        Some(colon) => of_source(&text[..colon]) && of_name(&text[colon + 1..]),
        None => of_name(text),
    })
}

/// Ids are whole: there are no patterns over them.
fn is_id(call: &Call, matches: &Match) -> bool {
    let id = call.sample.id;
    let hex = format!("{:032x}", u128::from_be_bytes(id.0));
    !matches!(matches, Match::Like(_))
        && texts(matches).iter().any(|text| *text == id.to_uuid() || text.to_lowercase() == hex)
}

/// One row of a table a character of the pattern: slow, and plain to see right.
pub(crate) fn glob(pattern: &str, value: &str) -> bool {
    let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<char>>();
    let (pattern, value) = (lower(pattern), lower(value));
    let mut reach = vec![false; value.len() + 1];
    reach[0] = true;
    for p in pattern {
        let mut next = vec![false; value.len() + 1];
        for at in 0..=value.len() {
            next[at] = match p {
                '*' => reach[..=at].contains(&true),
                '?' => at > 0 && reach[at - 1],
                c => at > 0 && reach[at - 1] && value[at - 1] == c,
            };
        }
        reach = next;
    }
    reach[value.len()]
}
