//! A document as JSON: bounded in depth, and no member twice, since readers would differ on which
//! of the two counts.

use crate::error::{Malformed, short};
use crate::limits::DEPTH_MAX;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A JSON value; numbers as they would be written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Flag(bool),
    Number(String),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Node {
    pub(crate) fn parse(text: &str) -> Result<Self, Malformed> {
        check_depth(text)?;
        serde_json::from_str(text).map_err(|error| Malformed::new(format!("no JSON: {error}")))
    }

    /// The members of an object.
    pub(crate) fn members(self) -> Result<Vec<(String, Self)>, Malformed> {
        match self {
            Self::Object(members) => Ok(members),
            _ => Err(Malformed::new("must be a JSON object")),
        }
    }

    pub(crate) fn text(self) -> Result<String, Malformed> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err(Malformed::new("must be a text")),
        }
    }

    /// One value or a list of them.
    pub(crate) fn items(self) -> Vec<Self> {
        match self {
            Self::List(items) => items,
            item => vec![item],
        }
    }

    /// One text or a list of at least one.
    pub(crate) fn texts(self) -> Result<Vec<String>, Malformed> {
        let items = self.items();
        if items.is_empty() {
            return Err(Malformed::new("must not be empty: give one text at least"));
        }
        items.into_iter().map(Self::text).collect()
    }
}

/// INVARIANT (bounded recursion): the reader below goes no deeper than this allows.
fn check_depth(text: &str) -> Result<(), Malformed> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_MAX {
            return Err(Malformed::new(format!("nested deeper than {DEPTH_MAX} levels")));
        }
    }
    Ok(())
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Node, E> {
        Ok(Node::Flag(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Number(number.to_string()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Node, A::Error> {
        let mut members: Vec<(String, Node)> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        while let Some((name, value)) = object.next_entry::<String, Node>()? {
            if !seen.insert(name.clone()) {
                return Err(Error::custom(format!("member `{}` stands twice", short(&name))));
            }
            members.push((name, value));
        }
        Ok(Node::Object(members))
    }
}
