//! Strangers' JSON, read strictly and within bounds.
//!
//! RFC 8259 leaves duplicate names and depth to the reader. Two readers that disagree about a
//! duplicate are an attack, so it is refused; so are nesting beyond
//! [`JSON_DEPTH_MAX`](crate::JSON_DEPTH_MAX) and more than
//! [`JSON_VALUES_MAX`](crate::JSON_VALUES_MAX) values.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::limits::{BODY_BYTES_MAX, JSON_DEPTH_MAX, JSON_VALUES_MAX};
use crate::rejection::{Rejection, quote};

/// Reads one JSON value that is the whole body.
pub(super) fn parse(body: &[u8]) -> Result<Value, Rejection> {
    if body.len() > BODY_BYTES_MAX {
        return Err(Rejection::too_large());
    }
    let values_left = Cell::new(JSON_VALUES_MAX);
    let seed = Strict { levels_left: JSON_DEPTH_MAX, values_left: &values_left };
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = seed.deserialize(&mut reader);
    let value = value.and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| Rejection::serialization(format!("not valid JSON: {error}")))
}

/// The value without members that are `null`, which AWS's JSON protocols treat as absent.
/// Recursion ends because [`parse`] bounds the depth.
pub(super) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let members = map.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(members.map(|(name, value)| (name, without_nulls(value))).collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(without_nulls).collect()),
        scalar => scalar,
    }
}

/// Reads one value, counting levels down and values down.
#[derive(Clone, Copy)]
struct Strict<'c> {
    levels_left: usize,
    values_left: &'c Cell<usize>,
}

impl Strict<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        let too_deep = || E::custom(format!("nested deeper than {JSON_DEPTH_MAX} levels"));
        let levels_left = self.levels_left.checked_sub(1).ok_or_else(too_deep)?;
        Ok(Self { levels_left, ..self })
    }

    fn spend<E: serde::de::Error>(self) -> Result<(), E> {
        let too_many = || E::custom(format!("more than {JSON_VALUES_MAX} values"));
        self.values_left.set(self.values_left.get().checked_sub(1).ok_or_else(too_many)?);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        self.spend()?;
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if map.contains_key(&name) {
                return Err(A::Error::custom(format!("duplicate member `{}`", quote(&name))));
            }
            map.insert(name, members.next_value_seed(inner)?);
        }
        Ok(Value::Object(map))
    }
}
