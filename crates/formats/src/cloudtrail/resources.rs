//! What was touched: the resources a record names.
//!
//! AWS lists them in `resources` for few records only. The rest is found by the published
//! table (`docs/resources.md`), by ARNs under keys that say they are one, and by EC2's ids.

use super::rules::{self, BY_ARN, Rule, Side, Source};
use super::walk::Walk;
use model::{Field, RecordView, Span, Tree, json};
use std::borrow::Cow;

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

/// Puts the resources that `view` names in `out`, which is cleared first: at most
/// [`REFS_MAX`], each once, those that AWS lists before those that are found.
pub fn resources<'a>(view: &RecordView<'a>, out: &mut Vec<ResourceRef<'a>>) {
    out.clear();
    listed(view, out);
    let Some(source) = view.raw(Field::EventSource) else {
        return;
    };
    let event = view.raw(Field::EventName).unwrap_or_default();
    let mut finder =
        Finder { source: rules::source(short(source)), event: unversioned(event), out };
    for (side, tree) in TREES {
        finder.side(view, side, tree);
    }
    finder.identity(view);
    denied(view, out);
}

/// The sides whose members are looked through.
const TREES: [(Side, Tree); 4] = [
    (Side::Request, Tree::RequestParameters),
    (Side::Response, Tree::ResponseElements),
    (Side::Details, Tree::ServiceEventDetails),
    (Side::Additional, Tree::AdditionalEventData),
];

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

/// What the record's own `resources` lists.
fn listed<'a>(view: &RecordView<'a>, out: &mut Vec<ResourceRef<'a>>) {
    let Some(raw) = view.tree(Tree::Resources) else {
        return;
    };
    let mut at = json::skip_space(raw, 1);
    while raw.get(at) == Some(&b'{') {
        let mut members = Walk::new(raw, at);
        if let Some((kind, name)) = listed_one(&mut members) {
            push(kind, name, out);
        }
        let comma = json::skip_space(raw, members.end());
        at = json::skip_space(raw, comma + 1);
    }
}

fn listed_one<'a>(members: &mut Walk<'a>) -> Option<(Cow<'a, str>, Cow<'a, str>)> {
    let (mut kind, mut name) = (None, None);
    for (key, value) in members {
        match key {
            b"type" | b"resourceType" => kind = json::text(value),
            b"ARN" | b"arn" | b"ARNPrefix" => name = json::text(value),
            b"resourceName" if name.is_none() => name = json::text(value),
            _ => {}
        }
    }
    let name = name?;
    let kind = kind.or_else(|| rules::kind_of_arn(&name).map(Cow::Borrowed));
    Some((kind.unwrap_or_default(), name))
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
fn denied<'a>(view: &RecordView<'a>, out: &mut Vec<ResourceRef<'a>>) {
    if let Some(message) = view.raw(Field::ErrorMessage)
        && let Some((kind, name)) = denied_resource(message)
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

struct Finder<'e, 'o, 'a> {
    source: Option<&'static Source>,
    event: &'e [u8],
    out: &'o mut Vec<ResourceRef<'a>>,
}

impl<'a> Finder<'_, '_, 'a> {
    fn side(&mut self, view: &RecordView<'a>, side: Side, tree: Tree) {
        let general = matches!(side, Side::Request | Side::Response);
        if !general && !self.source.is_some_and(|source| source.reads(side)) {
            return;
        }
        let Some(span) = view.scan().tree(tree) else {
            return;
        };
        let raw = span.of(view.bytes);
        if raw.first() == Some(&b'{') {
            self.members(raw, side);
            if self.source.is_some_and(|source| source.ids) {
                self.ids(view, span);
            }
        }
    }

    fn identity(&mut self, view: &RecordView<'a>) {
        let Some(source) = self.source else {
            return;
        };
        for (field, kind) in source.of_identity(self.event) {
            if let Some(name) = view.text(field) {
                self.named(name, kind);
            }
        }
    }

    fn members(&mut self, raw: &'a [u8], side: Side) {
        for (key, value) in Walk::new(raw, 0) {
            if matches!(value.first(), Some(b'"' | b'{' | b'[')) {
                self.member(key, value, side);
            }
        }
    }

    fn member(&mut self, key: &[u8], value: &'a [u8], side: Side) {
        let mut ruled = false;
        if let Some(source) = self.source {
            for rule in source.rules(side, key, self.event) {
                ruled = true;
                self.rule(value, rule);
            }
        }
        if ruled {
            return;
        }
        if says_arn(key) {
            self.leaf(value, BY_ARN, 0);
        } else if value.first() == Some(&b'{') && self.is_envelope(key) {
            self.members(value, side);
        }
    }

    /// Newer EC2 calls are wrapped: `{"CreateFlowLogsRequest":{…}}`.
    fn is_envelope(&self, key: &[u8]) -> bool {
        let rest = key.strip_prefix(self.event);
        matches!(rest, Some(b"Request" | b"Response"))
    }

    fn rule(&mut self, value: &'a [u8], rule: &Rule) {
        self.descend(value, &rule.rest, rule.kind, 0);
    }

    /// Follows a path; arrays on the way are followed in each element.
    fn descend(&mut self, value: &'a [u8], path: &[&str], kind: &'static str, depth: usize) {
        let Some((key, below)) = path.split_first() else {
            return self.leaf(value, kind, depth);
        };
        match value.first() {
            Some(b'[') if depth < json::DEPTH_MAX => {
                for item in json::items(value).take(REFS_MAX) {
                    self.descend(item, path, kind, depth + 1);
                }
            }
            Some(b'{') => {
                if let Some(value) = member_like(value, key) {
                    self.descend(value, below, kind, depth);
                }
            }
            _ => {}
        }
    }

    /// A name, a list of names, or one of the wrappings that XML leaves round them.
    fn leaf(&mut self, value: &'a [u8], kind: &'static str, depth: usize) {
        match value.first() {
            Some(b'"') => self.name(value, kind),
            Some(b'[') if depth < json::DEPTH_MAX => {
                for item in json::items(value).take(REFS_MAX) {
                    self.leaf(item, kind, depth + 1);
                }
            }
            Some(b'{') if depth < json::DEPTH_MAX => {
                for (key, value) in Walk::new(value, 0) {
                    if matches!(key, b"content" | b"item" | b"items" | b"member") {
                        self.leaf(value, kind, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    fn name(&mut self, raw: &'a [u8], kind: &'static str) {
        if let Some(name) = json::text(raw) {
            self.named(name, kind);
        }
    }

    fn named(&mut self, name: Cow<'a, str>, kind: &'static str) {
        let kind = match kind {
            BY_ARN => rules::kind_of_arn(&name),
            kind => Some(kind),
        };
        if let Some(kind) = kind {
            push(Cow::Borrowed(kind), name, self.out);
        }
    }

    /// Every string in a span that is an id of EC2's. The scan has cut them out already, but
    /// for those in long arrays.
    fn ids(&mut self, view: &RecordView<'a>, span: Span) {
        let leaves = view.scan().leaves();
        let first = leaves.partition_point(|leaf| leaf.span.start < span.start);
        for leaf in leaves.iter().skip(first).take_while(|leaf| leaf.span.end <= span.end) {
            let inner = leaf.span.of(view.bytes);
            match inner.first() {
                Some(b'[' | b'{') => self.ids_in(inner),
                _ => self.id(inner),
            }
        }
    }

    fn ids_in(&mut self, raw: &'a [u8]) {
        let mut at = 0;
        while let Some(open) = memchr::memchr(b'"', raw.get(at..).unwrap_or_default()) {
            let start = at + open + 1;
            let Ok(end) = json::string_end(raw, start) else {
                return;
            };
            self.id(raw.get(start..end).unwrap_or_default());
            at = end + 1;
        }
    }

    fn id(&mut self, inner: &'a [u8]) {
        if let (Some(kind), Ok(id)) = (rules::kind_of_id(inner), std::str::from_utf8(inner)) {
            push(Cow::Borrowed(kind), Cow::Borrowed(id), self.out);
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
