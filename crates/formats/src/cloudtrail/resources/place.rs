//! Where a record names resources.

use model::{RecordView, Span, json};
use std::borrow::Cow;

/// One place of a record in which resources are named.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// An entry of the record's own list, as far as it has these.
    Listed { kind: Option<Value>, arn: Option<Value>, name: Option<Value> },
    /// The record's own list, where what is in it is not part of the shape.
    List(Value),
    /// A text, and the type of what it names.
    Named(Value, &'static str),
    /// A value that is not part of the shape, and the path to be followed in it.
    Within { value: Value, path: &'static [&'static str], kind: &'static str, depth: usize },
    /// Leaves in which EC2's ids are looked for.
    Ids { first: u32, last: u32 },
    /// What a refusal says.
    Denied(Value),
}

impl Place {
    /// Whether it is in the same place in all records of the shape.
    pub(super) fn is_of_shape(&self) -> bool {
        let is_leaf = |value: &Value| matches!(value, Value::Leaf(_));
        match self {
            Self::Listed { kind, arn, name } => {
                [kind, arn, name].into_iter().flatten().all(is_leaf)
            }
            Self::List(value) | Self::Named(value, _) | Self::Denied(value) => is_leaf(value),
            Self::Within { value, .. } => is_leaf(value),
            Self::Ids { .. } => true,
        }
    }
}

/// A value of a record; of a text what is between its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    /// By its number.
    Leaf(u32),
    /// What is no leaf of its own.
    Span(Span),
}

impl Value {
    pub(super) fn of<'a>(self, view: &RecordView<'a>) -> &'a [u8] {
        let span = match self {
            Self::Leaf(leaf) => view.scan().leaves().get(leaf as usize).map(|leaf| leaf.span),
            Self::Span(span) => Some(span),
        };
        span.unwrap_or_default().of(view.bytes)
    }

    pub(super) fn text<'a>(self, view: &RecordView<'a>) -> Option<Cow<'a, str>> {
        json::unescape(self.of(view))
    }
}
