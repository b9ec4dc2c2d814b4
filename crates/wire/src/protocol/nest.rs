//! Flat parameter names ⇄ nested values: `Tags.member.1.Key` is in a list, in `Tags`.

use serde_json::{Map, Value};

use crate::limits::{QUERY_DEPTH_MAX, QUERY_PARAMS_MAX};
use crate::rejection::{Rejection, quote};

/// Builds one object of parameters given by dotted names.
///
/// * `A.member.N…` and `A.N…` are the list `A`, in the order of its numbers; gaps close up.
/// * `A.entry.N.key` with `A.entry.N.value` are the map `A`.
/// * Two parameters of one name, or a name that is both a value and a prefix, are refused.
pub(super) fn nest(parameters: impl Iterator<Item = (String, String)>) -> Result<Value, Rejection> {
    let mut root = Map::new();
    for (name, value) in parameters {
        insert(&mut root, &name, value)?;
    }
    // Parameters of the request are never a list, whatever their names.
    let members = root.into_iter().map(|(name, value)| Ok((name, fold(value)?)));
    members.collect::<Result<Map<_, _>, _>>().map(Value::Object)
}

fn insert(root: &mut Map<String, Value>, name: &str, value: String) -> Result<(), Rejection> {
    let steps: Vec<&str> = name.split('.').take(QUERY_DEPTH_MAX + 1).collect();
    if steps.len() > QUERY_DEPTH_MAX {
        return Err(refuse(name, "is nested too deep"));
    }
    if steps.iter().any(|step| step.is_empty()) {
        return Err(refuse(name, "has an empty part"));
    }
    let mut here = root;
    let (last, parents) = steps.split_last().unwrap_or((&"", &[]));
    for step in parents {
        let child = here.entry(*step).or_insert_with(|| Value::Object(Map::new()));
        here = child.as_object_mut().ok_or_else(|| refuse(name, "contradicts another"))?;
    }
    match here.insert((*last).to_owned(), Value::String(value)) {
        None => Ok(()),
        Some(_) => Err(refuse(name, "contradicts another")),
    }
}

/// Turns objects whose names are numbers into lists, innermost first.
/// Recursion ends because names have at most [`QUERY_DEPTH_MAX`] parts.
fn fold(value: Value) -> Result<Value, Rejection> {
    let Value::Object(map) = value else {
        return Ok(value);
    };
    if map.keys().all(|name| is_number(name)) {
        return list(map).map(Value::Array);
    }
    match sole(map, "member") {
        Ok(items) => list(items).map(Value::Array),
        Err(map) => match sole(map, "entry") {
            Ok(items) => entries(list(items)?),
            Err(map) => {
                let members = map.into_iter().map(|(name, value)| Ok((name, fold(value)?)));
                members.collect::<Result<Map<_, _>, _>>().map(Value::Object)
            }
        },
    }
}

/// The numbered items under `name`, if that is all there is; otherwise the map back.
fn sole(mut map: Map<String, Value>, name: &str) -> Result<Map<String, Value>, Map<String, Value>> {
    let numbered = |it: &Value| it.as_object().is_some_and(|it| it.keys().all(|k| is_number(k)));
    if map.len() != 1 || !map.get(name).is_some_and(numbered) {
        return Err(map);
    }
    match map.remove(name) {
        Some(Value::Object(items)) => Ok(items),
        _ => Err(map),
    }
}

fn list(map: Map<String, Value>) -> Result<Vec<Value>, Rejection> {
    let mut items = Vec::with_capacity(map.len());
    for (name, value) in map {
        items.push((index(&name)?, fold(value)?));
    }
    items.sort_by_key(|(index, _)| *index);
    Ok(items.into_iter().map(|(_, value)| value).collect())
}

fn entries(items: Vec<Value>) -> Result<Value, Rejection> {
    let mut map = Map::new();
    for item in items {
        let (key, value) = entry(item).ok_or_else(|| refuse("entry", "needs `key` and `value`"))?;
        if map.contains_key(&key) {
            return Err(refuse(&key, "contradicts another"));
        }
        map.insert(key, value);
    }
    Ok(Value::Object(map))
}

/// Some services call the two `name` and `value`.
fn entry(item: Value) -> Option<(String, Value)> {
    let Value::Object(mut item) = item else {
        return None;
    };
    let key = item.remove("key").or_else(|| item.remove("name"))?;
    let value = item.remove("value").filter(|_| item.is_empty())?;
    match key {
        Value::String(key) => Some((key, value)),
        _ => None,
    }
}

fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Lists count from 1, without leading zeros: each place has one name.
fn index(name: &str) -> Result<usize, Rejection> {
    let number = name.parse().ok().filter(|_| !name.starts_with('0'));
    let number = number.filter(|number| (1..=QUERY_PARAMS_MAX).contains(number));
    number.ok_or_else(|| refuse(name, "is no place in a list"))
}

fn refuse(name: &str, why: &str) -> Rejection {
    Rejection::malformed_query(format!("the parameter `{}` {why}", quote(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(text: &str) -> Result<Value, Rejection> {
        let pairs = crate::query_string::pairs(text);
        nest(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())))
    }

    fn refused(text: &str, because: &str) {
        let message = check(text).unwrap_err().message;
        assert!(message.contains(because), "{text}: {message}");
    }

    #[test]
    fn members_and_numbers_are_lists_in_the_order_of_their_numbers() {
        let tags = "Tags.member.2.Key=b&Tags.member.10.Key=c&Tags.member.1.Key=a";
        let expected = json!({ "Tags": [{ "Key": "a" }, { "Key": "b" }, { "Key": "c" }] });
        assert_eq!(check(tags).unwrap(), expected);
        let filter = "Filter.1.Name=n&Filter.1.Value.2=y&Filter.1.Value.1=x";
        let expected = json!({ "Filter": [{ "Name": "n", "Value": ["x", "y"] }] });
        assert_eq!(check(filter).unwrap(), expected);
        let deep = "A.member.1.member.1=x&A.member.2.B.C=y";
        assert_eq!(check(deep).unwrap(), json!({ "A": [["x"], { "B": { "C": "y" } }] }));
    }

    #[test]
    fn entries_are_a_map() {
        let map = "M.entry.1.key=a.b&M.entry.1.value=1&M.entry.2.key=2&M.entry.2.value.X=y";
        assert_eq!(check(map).unwrap(), json!({ "M": { "a.b": "1", "2": { "X": "y" } } }));
        refused("M.entry.1.key=a", "needs `key` and `value`");
        refused("M.entry.1.key=a&M.entry.1.value=1&M.entry.1.x=1", "needs `key`");
        refused(
            "M.entry.1.key=a&M.entry.1.value=1&M.entry.2.key=a&M.entry.2.value=1",
            "contradicts",
        );
    }

    #[test]
    fn a_structure_may_have_a_member_called_member() {
        assert_eq!(check("A.member=x").unwrap(), json!({ "A": { "member": "x" } }));
        let both = check("A.member.1=x&A.other=y").unwrap();
        assert_eq!(both, json!({ "A": { "member": ["x"], "other": "y" } }));
    }

    #[test]
    fn a_place_in_a_list_is_between_one_and_a_thousand() {
        assert!(check("a.member.1000=x").is_ok());
        for place in ["0", "01", "1001", "99999999999", "99999999999999999999999999"] {
            refused(&format!("a.member.{place}=x"), "is no place in a list");
            refused(&format!("a.{place}=x"), "is no place in a list");
        }
        assert_eq!(check("a.-1=x").unwrap(), json!({ "a": { "-1": "x" } }));
    }

    #[test]
    fn refuses_names_that_contradict_each_other() {
        for text in ["a=1&a=2", "a=1&a.b=2", "a.b=2&a=1", "a.1=x&a.1.b=y", "a.b=1&a.b=1"] {
            refused(text, "contradicts");
        }
        for text in ["=1", ".a=1", "a.=1", "a..b=1", "."] {
            refused(text, "empty part");
        }
    }

    #[test]
    fn bounds_depth() {
        let name = |parts: usize| vec!["a"; parts].join(".");
        assert!(check(&name(QUERY_DEPTH_MAX)).is_ok());
        refused(&name(QUERY_DEPTH_MAX + 1), "too deep");
        refused(&name(100_000), "too deep");
    }
}
