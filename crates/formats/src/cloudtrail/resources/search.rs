//! The search for the places in which a record names resources.

use super::place::{Place, Value};
use super::{REFS_MAX, member_like, says_arn, short, unversioned};
use crate::cloudtrail::rules::{self, BY_ARN, Side, Source};
use crate::cloudtrail::walk::Walk;
use model::{Field, RecordView, Span, Tree, json};

/// The sides whose members are looked through.
const TREES: [(Side, Tree); 4] = [
    (Side::Request, Tree::RequestParameters),
    (Side::Response, Tree::ResponseElements),
    (Side::Details, Tree::ServiceEventDetails),
    (Side::Additional, Tree::AdditionalEventData),
];

/// A search through one record. What it finds depends on the record's shape, source and event
/// alone: whatever else decides is left to those who read at the places.
pub(super) struct Search<'v, 'o, 'a> {
    view: &'v RecordView<'a>,
    source: Option<&'static Source>,
    event: &'a [u8],
    /// Whether it goes into values that are not part of the shape.
    within: bool,
    places: &'o mut Vec<Place>,
}

impl<'v, 'o, 'a> Search<'v, 'o, 'a> {
    pub(super) fn new(view: &'v RecordView<'a>, places: &'o mut Vec<Place>) -> Self {
        let source = view.raw(Field::EventSource).and_then(|source| rules::source(short(source)));
        let event = unversioned(view.raw(Field::EventName).unwrap_or_default());
        Self { view, source, event, within: false, places }
    }

    /// A search in a value that is not part of the shape.
    pub(super) const fn within(view: &'v RecordView<'a>, places: &'o mut Vec<Place>) -> Self {
        Self { view, source: None, event: &[], within: true, places }
    }

    pub(super) fn all(&mut self) {
        if let Some(raw) = self.view.tree(Tree::Resources) {
            self.listed(raw);
        }
        if self.view.raw(Field::EventSource).is_none() {
            return;
        }
        for (side, tree) in TREES {
            self.side(side, tree);
        }
        self.identity();
        if let Some(message) = self.field(Field::ErrorMessage) {
            self.places.push(Place::Denied(message));
        }
    }

    /// What the record's own `resources` lists.
    pub(super) fn listed(&mut self, raw: &'a [u8]) {
        if let Some(list) = self.unshaped(raw) {
            return self.places.push(Place::List(list));
        }
        let mut at = json::skip_space(raw, 1);
        while raw.get(at) == Some(&b'{') {
            let mut members = Walk::new(raw, at);
            let listed = self.listed_one(&mut members);
            self.places.push(listed);
            let comma = json::skip_space(raw, members.end());
            at = json::skip_space(raw, comma + 1);
        }
    }

    fn listed_one(&self, members: &mut Walk<'a>) -> Place {
        let (mut kind, mut arn, mut name) = (None, None, None);
        for (key, value) in members {
            match key {
                b"type" | b"resourceType" => kind = self.text(value),
                b"ARN" | b"arn" | b"ARNPrefix" => arn = self.text(value),
                b"resourceName" if name.is_none() => name = self.text(value),
                _ => {}
            }
        }
        Place::Listed { kind, arn, name }
    }

    fn side(&mut self, side: Side, tree: Tree) {
        let general = matches!(side, Side::Request | Side::Response);
        if !general && !self.source.is_some_and(|source| source.reads(side)) {
            return;
        }
        let Some(span) = self.view.scan().tree(tree) else {
            return;
        };
        let raw = span.of(self.view.bytes);
        if raw.first() == Some(&b'{') {
            self.members(raw, side);
            if self.source.is_some_and(|source| source.ids) {
                self.ids(span);
            }
        }
    }

    fn identity(&mut self) {
        let Some(source) = self.source else {
            return;
        };
        for (field, kind) in source.of_identity(self.event) {
            if let Some(value) = self.field(field) {
                self.places.push(Place::Named(value, kind));
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
                self.descend(value, &rule.rest, rule.kind, 0);
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

    /// Follows a path; arrays on the way are followed in each element.
    pub(super) fn descend(
        &mut self,
        value: &'a [u8],
        path: &'static [&'static str],
        kind: &'static str,
        depth: usize,
    ) {
        let Some((key, below)) = path.split_first() else {
            return self.leaf(value, kind, depth);
        };
        match value.first() {
            Some(b'[') if depth < json::DEPTH_MAX => {
                if let Some(value) = self.unshaped(value) {
                    return self.places.push(Place::Within { value, path, kind, depth });
                }
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
            Some(b'"') => {
                let text = self.text(value);
                self.places.extend(text.map(|text| Place::Named(text, kind)));
            }
            Some(b'[') if depth < json::DEPTH_MAX => {
                if let Some(value) = self.unshaped(value) {
                    return self.places.push(Place::Within { value, path: &[], kind, depth });
                }
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

    /// The leaves of a span: the scan has cut out all strings, but for those in long arrays.
    fn ids(&mut self, span: Span) {
        let leaves = self.view.scan().leaves();
        let first = leaves.partition_point(|leaf| leaf.span.start < span.start);
        let last = leaves.partition_point(|leaf| leaf.span.end <= span.end);
        self.places.push(Place::Ids { first: first as u32, last: last as u32 });
    }

    fn field(&self, field: Field) -> Option<Value> {
        let span = self.view.scan().field(field)?;
        Some(self.at(span.start as usize, span.end as usize))
    }

    /// A string as it stands; `None` for what is none.
    fn text(&self, raw: &'a [u8]) -> Option<Value> {
        let inner = raw.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        let start = self.offset(inner);
        Some(self.at(start, start + inner.len()))
    }

    /// The leaf that a value is, which is then a long array.
    fn unshaped(&self, raw: &'a [u8]) -> Option<Value> {
        let start = self.offset(raw);
        Some(self.at(start, start + raw.len())).filter(|value| matches!(value, Value::Leaf(_)))
    }

    fn at(&self, start: usize, end: usize) -> Value {
        let span = Span { start: start as u32, end: end as u32 };
        let leaves = self.view.scan().leaves();
        let leaf = leaves.binary_search_by_key(&span.start, |leaf| leaf.span.start).ok();
        let is_leaf = |leaf: &usize| leaves.get(*leaf).is_some_and(|leaf| leaf.span == span);
        match leaf.filter(is_leaf) {
            Some(leaf) if !self.within => Value::Leaf(leaf as u32),
            _ => Value::Span(span),
        }
    }

    /// Where a part of the record begins in it.
    fn offset(&self, part: &[u8]) -> usize {
        part.as_ptr().addr().saturating_sub(self.view.bytes.as_ptr().addr())
    }
}
