//! Reading texts as the types a face asks for.
//!
//! Query parameters and path labels are all text on the wire: `MaxItems=10` must fit a number,
//! `tagKeys=a` a list of one. JSON values keep their strict types.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{
    DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Value};

use crate::rejection::quote;

/// `value` as a `T`, texts read as what `T` wants.
pub(super) fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Lenient(value, Source::Text))
}

/// As [`from_value`], of a document in which a list of one cannot be told from a single member,
/// nor an element without members from an empty text.
pub(super) fn from_xml<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Lenient(value, Source::Xml))
}

/// Where texts come from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Text,
    Xml,
}

/// A value whose texts may also be numbers, truth values and lists.
struct Lenient(Value, Source);

impl Lenient {
    /// A text read as `N`, or the value as it is.
    fn read<N: std::str::FromStr>(self, wanted: &'static str) -> Result<Result<N, Value>, Error> {
        match self.0 {
            Value::String(text) => match text.parse() {
                Ok(read) => Ok(Ok(read)),
                Err(_) => Err(Error::invalid_value(Unexpected::Str(&quote(&text)), &wanted)),
            },
            other => Ok(Err(other)),
        }
    }
}

/// One method for each kind of number, by the widest type of its family.
macro_rules! numbers {
    ($($method:ident $visit:ident $wide:ty, $wanted:literal;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.read::<$wide>($wanted)? {
                Ok(number) => visitor.$visit(number),
                Err(value) => value.$method(visitor),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Lenient {
    type Error = Error;

    numbers! {
        deserialize_bool visit_bool bool, "`true` or `false`";
        deserialize_i8 visit_i64 i64, "a whole number";
        deserialize_i16 visit_i64 i64, "a whole number";
        deserialize_i32 visit_i64 i64, "a whole number";
        deserialize_i64 visit_i64 i64, "a whole number";
        deserialize_u8 visit_u64 u64, "a whole number from 0";
        deserialize_u16 visit_u64 u64, "a whole number from 0";
        deserialize_u32 visit_u64 u64, "a whole number from 0";
        deserialize_u64 visit_u64 u64, "a whole number from 0";
        deserialize_f32 visit_f64 f64, "a number";
        deserialize_f64 visit_f64 f64, "a number";
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let source = self.1;
        match self.0 {
            Value::Array(list) => {
                let items = list.into_iter().map(|item| Lenient(item, source));
                let mut items = SeqDeserializer::new(items);
                let read = visitor.visit_seq(&mut items)?;
                items.end().map(|()| read)
            }
            Value::Object(map) => {
                let members = map.into_iter().map(|(name, value)| (name, Lenient(value, source)));
                let mut members = MapDeserializer::new(members);
                let read = visitor.visit_map(&mut members)?;
                members.end().map(|()| read)
            }
            scalar => scalar.deserialize_any(visitor),
        }
    }

    /// A text is a list of one; an empty one, as SDKs write an empty list, a list of none.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) if text.is_empty() => Lenient(Value::Array(vec![]), self.1),
            text @ Value::String(_) => Lenient(Value::Array(vec![text]), self.1),
            one @ Value::Object(_) if self.1 == Source::Xml => {
                Lenient(Value::Array(vec![one]), self.1)
            }
            other => Lenient(other, self.1),
        }
        .deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _members: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let is_bare = matches!(&self.0, Value::String(text) if text.trim().is_empty());
        match is_bare && self.1 == Source::Xml {
            true => Lenient(Value::Object(Map::new()), self.1).deserialize_any(visitor),
            false => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple tuple_struct map identifier
         ignored_any
    }
}

impl IntoDeserializer<'_, Error> for Lenient {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Input {
        count: Option<u8>,
        #[serde(default)]
        all: bool,
        #[serde(default)]
        names: Vec<String>,
        ratio: Option<f64>,
        kind: Option<Kind>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum Kind {
        Read,
    }

    #[test]
    fn reads_texts_as_the_types_asked_for() {
        let texts = json!({
            "Count": "7", "All": "true", "Names": "a", "Ratio": "1.5", "Kind": "Read"
        });
        let values = json!({
            "Count": 7, "All": true, "Names": ["a"], "Ratio": 1.5, "Kind": "Read"
        });
        let read: Input = from_value(texts).unwrap();
        assert_eq!(read, from_value(values).unwrap());
        assert_eq!(read.count, Some(7));
        assert_eq!(read.kind, Some(Kind::Read));
    }

    #[test]
    fn an_empty_text_is_an_empty_list() {
        let read: Input = from_value(json!({ "Names": "" })).unwrap();
        assert!(read.names.is_empty());
    }

    #[test]
    fn an_element_may_be_a_list_of_one_or_have_no_members() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Tagging {
            tags: Vec<Tag>,
            rest: Option<Empty>,
        }
        #[derive(Debug, PartialEq, Deserialize)]
        struct Tag {
            key: String,
        }
        #[derive(Debug, Default, PartialEq, Deserialize)]
        struct Empty {}
        let value = json!({ "tags": { "key": "k" }, "rest": "" });
        let read: Tagging = from_xml(value.clone()).unwrap();
        assert_eq!((read.tags.len(), read.rest), (1, Some(Empty {})));
        assert!(from_value::<Tagging>(value).is_err());
    }

    #[test]
    fn refuses_texts_of_another_type() {
        for wrong in [
            json!({ "Count": "256" }),
            json!({ "Count": "-1" }),
            json!({ "Count": "" }),
            json!({ "All": "yes" }),
            json!({ "Names": { "a": "b" } }),
            json!({ "Kind": "Write" }),
        ] {
            assert!(from_value::<Input>(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
