//! What was touched: the resources a record names.
//!
//! AWS lists them in `resources` for few records only. The rest is found by the published
//! table (`docs/resources.md`), by ARNs under keys that say they are one, and by EC2's ids.

mod place;
mod search;

use super::rules::{self, BY_ARN};
use super::walk::Walk;
use model::{Field, RecordView, json};
use place::{Place, Value};
use search::Search;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// Most resources named for one record.
pub const REFS_MAX: usize = 64;

/// Longest name of a resource, in bytes; longer ones are left out.
pub const NAME_BYTES_MAX: usize = 1_024;

/// A resource, as `LookupEvents` names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceRef<'a> {
    /// As `AWS::IAM::User`. Empty where the record gives an ARN of a type unknown here.
    pub kind: Cow<'a, str>,
    /// A name, an id or an ARN; for buckets always the name, as AWS shows them.
    pub name: Cow<'a, str>,
}

/// Most kinds of records of which a [`ResourceFinder`] remembers where they name resources; then
/// it begins anew.
const KNOWN_MAX: usize = 1 << 14;
/// Most places that are remembered of one kind.
const PLACES_MAX: usize = 64;
/// Longest `eventSource` and `eventName` that are remembered, together, in bytes.
const CALLED_BYTES_MAX: usize = 256;

/// Puts the resources that `view` names in `out`, which is cleared first: at most
/// [`REFS_MAX`], each once, those that AWS lists before those that are found.
pub fn resources<'a>(view: &RecordView<'a>, out: &mut Vec<ResourceRef<'a>>) {
    out.clear();
    read(&places(view), view, out);
}

/// Finds the resources of many records. Where they are named is the same in all records that have
/// one shape, source and event name; it is searched for once.
#[derive(Debug, Default)]
pub struct ResourceFinder {
    known: HashMap<Call, Box<[Place]>>,
    /// That of the record at hand.
    call: Call,
}

/// What kind of record it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Call {
    /// See [`model::Scan::shape`].
    shape: u64,
    /// `eventSource` and `eventName`, each behind a mark.
    called: Vec<u8>,
}

impl Call {
    /// Becomes that of a record; `false` for one that is not to be remembered.
    fn become_that_of(&mut self, view: &RecordView<'_>) -> bool {
        self.shape = view.scan().shape();
        self.called.clear();
        for name in [Field::EventSource, Field::EventName].map(|field| view.raw(field)) {
            self.called.push(u8::from(name.is_some()));
            self.called.extend_from_slice(name.unwrap_or_default());
        }
        self.shape != 0 && self.called.len() <= CALLED_BYTES_MAX
    }
}

impl ResourceFinder {
    /// As [`resources`].
    pub fn find<'a>(&mut self, view: &RecordView<'a>, out: &mut Vec<ResourceRef<'a>>) {
        out.clear();
        if !self.call.become_that_of(view) {
            return read(&places(view), view, out);
        }
        if let Some(known) = self.known.get(&self.call) {
            return read(known, view, out);
        }
        let places = places(view);
        read(&places, view, out);
        if places.len() <= PLACES_MAX && places.iter().all(Place::is_of_shape) {
            self.keep(places);
        }
    }

    fn keep(&mut self, places: Vec<Place>) {
        if self.known.len() >= KNOWN_MAX {
            self.known.clear();
        }
        self.known.insert(self.call.clone(), places.into());
    }
}

/// Where a record names its resources.
fn places(view: &RecordView<'_>) -> Vec<Place> {
    let mut places = Vec::new();
    Search::new(view, &mut places).all();
    places
}

/// Puts what is named at these places in `out`.
fn read<'a>(places: &[Place], view: &RecordView<'a>, out: &mut Vec<ResourceRef<'a>>) {
    for place in places {
        match *place {
            Place::Listed { kind, arn, name } => listed(view, [kind, arn, name], out),
            Place::Named(value, kind) => named(value.text(view), kind, out),
            Place::Ids { first, last } => ids(view, first..last, out),
            Place::Denied(message) => denied(message.of(view), out),
            Place::Within { value, path, kind, depth } => {
                let mut inner = Vec::new();
                Search::within(view, &mut inner).descend(value.of(view), path, kind, depth);
                read(&inner, view, out);
            }
            Place::List(value) => {
                let mut inner = Vec::new();
                Search::within(view, &mut inner).listed(value.of(view));
                read(&inner, view, out);
            }
        }
    }
}

/// An entry of the record's own list: its ARN, else its name.
fn listed<'a>(view: &RecordView<'a>, parts: [Option<Value>; 3], out: &mut Vec<ResourceRef<'a>>) {
    let [kind, arn, name] = parts.map(|part| part.and_then(|part| part.text(view)));
    let Some(name) = arn.or(name) else { return };
    let kind = kind.or_else(|| rules::kind_of_arn(&name).map(Cow::Borrowed));
    push(kind.unwrap_or_default(), name, out);
}

fn named<'a>(name: Option<Cow<'a, str>>, kind: &'static str, out: &mut Vec<ResourceRef<'a>>) {
    let Some(name) = name else { return };
    let kind = match kind {
        BY_ARN => rules::kind_of_arn(&name),
        kind => Some(kind),
    };
    if let Some(kind) = kind {
        push(Cow::Borrowed(kind), name, out);
    }
}

/// Every leaf of these that is an id of EC2's.
fn ids<'a>(view: &RecordView<'a>, leaves: Range<u32>, out: &mut Vec<ResourceRef<'a>>) {
    let leaves = view.scan().leaves().get(leaves.start as usize..leaves.end as usize);
    for leaf in leaves.unwrap_or_default() {
        let inner = leaf.span.of(view.bytes);
        match inner.first() {
            Some(b'[' | b'{') => ids_in(inner, out),
            _ => id(inner, out),
        }
    }
}

fn ids_in<'a>(raw: &'a [u8], out: &mut Vec<ResourceRef<'a>>) {
    let mut at = 0;
    while let Some(open) = memchr::memchr(b'"', raw.get(at..).unwrap_or_default()) {
        let start = at + open + 1;
        let Ok(end) = json::string_end(raw, start) else {
            return;
        };
        id(raw.get(start..end).unwrap_or_default(), out);
        at = end + 1;
    }
}

fn id<'a>(inner: &'a [u8], out: &mut Vec<ResourceRef<'a>>) {
    if let (Some(kind), Ok(id)) = (rules::kind_of_id(inner), std::str::from_utf8(inner)) {
        push(Cow::Borrowed(kind), Cow::Borrowed(id), out);
    }
}

/// `ec2` of `ec2.amazonaws.com` and `ec2.amazonaws.com.cn`.
fn short(source: &[u8]) -> &[u8] {
    let dot = memchr::memchr(b'.', source).unwrap_or(source.len());
    source.get(..dot).unwrap_or_default()
}

/// `CreateFunction` of `CreateFunction20150331v2`, as Lambda and CloudFront write their names.
fn unversioned(event: &[u8]) -> &[u8] {
    let of_version = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'_' | b'v');
    let tail = event.iter().rev().take_while(|byte| of_version(byte)).count();
    let (name, version) = event.split_at_checked(event.len() - tail).unwrap_or((event, &[]));
    if version.starts_with(b"20") { name } else { event }
}

fn push<'a>(kind: Cow<'a, str>, name: Cow<'a, str>, out: &mut Vec<ResourceRef<'a>>) {
    if name.is_empty() || name == "*" || name.len() > NAME_BYTES_MAX || out.len() >= REFS_MAX {
        return;
    }
    let name = match kind == "AWS::S3::Bucket" {
        true => bucket(name),
        false => name,
    };
    let found = ResourceRef { kind, name };
    if !out.contains(&found) {
        out.push(found);
    }
}

/// The name of a bucket, of its ARN or of the ARN of something in it.
fn bucket(name: Cow<'_, str>) -> Cow<'_, str> {
    let is_arn = name.starts_with("arn:");
    let cut = |arn: &str| {
        let tail = arn.rsplit(':').next().unwrap_or(arn);
        let end = tail.find('/').unwrap_or(tail.len());
        let start = arn.len() - tail.len();
        start..start + end
    };
    match name {
        Cow::Borrowed(arn) if is_arn => Cow::Borrowed(arn.get(cut(arn)).unwrap_or(arn)),
        Cow::Owned(arn) if is_arn => Cow::Owned(arn.get(cut(&arn)).unwrap_or_default().to_owned()),
        name => name,
    }
}

/// What the message of a denied call names: such records often have null parameters.
/// `… is not authorized to perform: iam:DeleteUser on resource: user ann because …`
fn denied<'a>(message: &'a [u8], out: &mut Vec<ResourceRef<'a>>) {
    if let Some((kind, name)) = denied_resource(message)
        && !name.contains(['*', '\\'])
    {
        push(Cow::Borrowed(kind), Cow::Borrowed(name), out);
    }
}

fn denied_resource(message: &[u8]) -> Option<(&'static str, &str)> {
    const MARK: &[u8] = b" on resource: ";
    const WORDS: [(&str, &str); 5] = [
        ("user ", "AWS::IAM::User"),
        ("role ", "AWS::IAM::Role"),
        ("group ", "AWS::IAM::Group"),
        ("policy ", "AWS::IAM::Policy"),
        ("instance profile ", "AWS::IAM::InstanceProfile"),
    ];
    let at = memchr::memmem::find(message, MARK)? + MARK.len();
    let rest = std::str::from_utf8(message.get(at..)?).ok()?;
    let named = WORDS.iter().find_map(|(word, kind)| Some((*kind, rest.strip_prefix(*word)?)));
    match named {
        Some((kind, rest)) => Some((kind, rest.split(' ').next()?)),
        None => {
            let arn = rest.split(' ').next()?;
            Some((rules::kind_of_arn(arn)?, arn))
        }
    }
}

/// Whether a key ends in `arn` or `arns`, in any case.
fn says_arn(key: &[u8]) -> bool {
    let ends = |with: &[u8]| {
        let tail = key.len().checked_sub(with.len()).and_then(|at| key.get(at..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(with))
    };
    ends(b"arn") || ends(b"arns")
}

/// A member by its key in any case.
fn member_like<'a>(raw: &'a [u8], key: &str) -> Option<&'a [u8]> {
    let mut members = Walk::new(raw, 0);
    Some(members.find(|(found, _)| found.eq_ignore_ascii_case(key.as_bytes()))?.1)
}

#[cfg(test)]
mod tests;
