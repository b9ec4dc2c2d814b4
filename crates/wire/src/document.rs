//! XML documents as JSON values, read without recursion and within bounds.
//!
//! An element with elements inside is an object, one with text alone a text; elements of one name
//! beside each other are a list. A list of one cannot be told from a single member: whoever asks
//! for a list takes both ([`super::protocol`]). Of attributes only `xsi:type` means anything to an
//! AWS service, and becomes a member of that name.

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use serde_json::{Map, Value};

use crate::limits::{XML_DEPTH_MAX, XML_ELEMENTS_MAX};
use crate::rejection::Rejection;

/// The attribute that says of which kind a grantee is.
const KIND: &str = "xsi:type";

/// An element whose end has not come yet.
struct Open {
    name: String,
    members: Map<String, Value>,
    text: String,
}

/// The name of the root element, and what it holds.
pub(crate) fn read(body: &[u8]) -> Result<(String, Value), Rejection> {
    let text = str::from_utf8(body).map_err(|_| malformed("it is not UTF-8"))?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    let mut elements = 0;
    loop {
        match reader.read_event().map_err(|error| malformed(&error.to_string()))? {
            Event::Start(start) if root.is_none() => {
                elements += 1;
                bounded(elements, open.len())?;
                open.push(begin(&start)?);
            }
            Event::Empty(start) if root.is_none() => {
                elements += 1;
                bounded(elements, open.len())?;
                root = end(begin(&start)?, &mut open);
            }
            Event::End(_) => {
                let element = open.pop().ok_or_else(|| malformed("an element ends twice"))?;
                root = end(element, &mut open);
            }
            Event::Text(words) => {
                let words = words.decode().map_err(|error| malformed(&error.to_string()))?;
                write(&mut open, &words)?;
            }
            Event::CData(words) => {
                let words = words.decode().map_err(|error| malformed(&error.to_string()))?;
                write(&mut open, &words)?;
            }
            Event::GeneralRef(reference) => {
                let found = character(&reference).ok_or_else(|| malformed("unknown entity"))?;
                write(&mut open, found.encode_utf8(&mut [0; 4]))?;
            }
            Event::Comment(_) | Event::Decl(_) => {}
            Event::Eof => break,
            Event::DocType(_) => return Err(malformed("a DOCTYPE is not accepted")),
            Event::PI(_) | Event::Start(_) | Event::Empty(_) => {
                return Err(malformed("there is more than one element"));
            }
        }
    }
    root.filter(|_| open.is_empty()).ok_or_else(|| malformed("it ends too early"))
}

fn bounded(elements: usize, depth: usize) -> Result<(), Rejection> {
    match elements > XML_ELEMENTS_MAX || depth >= XML_DEPTH_MAX {
        true => Err(malformed("it has too many elements")),
        false => Ok(()),
    }
}

fn begin(start: &BytesStart<'_>) -> Result<Open, Rejection> {
    let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
    let mut members = Map::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| malformed(&error.to_string()))?;
        if attribute.key.as_ref() == KIND.as_bytes() {
            let value = attribute.unescape_value().map_err(|e| malformed(&e.to_string()))?;
            members.insert(KIND.to_owned(), Value::String(value.into_owned()));
        }
    }
    Ok(Open { name, members, text: String::new() })
}

/// Hands an element to the one around it; the root is given back.
fn end(element: Open, open: &mut [Open]) -> Option<(String, Value)> {
    let Open { name, members, text } = element;
    let value = match members.is_empty() {
        true => Value::String(text),
        false => Value::Object(members),
    };
    match open.last_mut() {
        Some(around) => {
            append(&mut around.members, name, value);
            None
        }
        None => Some((name, value)),
    }
}

pub(crate) fn append(members: &mut Map<String, Value>, name: String, value: Value) {
    match members.get_mut(&name) {
        None => drop(members.insert(name, value)),
        Some(Value::Array(list)) => list.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}

fn write(open: &mut [Open], words: &str) -> Result<(), Rejection> {
    match open.last_mut() {
        Some(element) => element.text.push_str(words),
        None if words.trim().is_empty() => {}
        None => return Err(malformed("there is text outside the root element")),
    }
    Ok(())
}

/// The five entities of XML, and characters by number; nothing else exists without a DOCTYPE.
fn character(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Some(c) = reference.resolve_char_ref().ok()? {
        return Some(c);
    }
    match reference.as_ref() {
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        _ => None,
    }
}

fn malformed(why: &str) -> Rejection {
    Rejection::malformed_xml(why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(text: &str, expected: Value) {
        let (_, value) = read(text.as_bytes()).unwrap();
        assert_eq!(value, expected, "{text}");
    }

    #[test]
    fn reads_members_lists_and_texts() {
        check(
            "<?xml version=\"1.0\"?>\n<Delete xmlns=\"u\"><Object><Key>a</Key></Object>\
             <Object><Key>b&amp;&#x41;<![CDATA[<]]></Key></Object><Quiet/></Delete>",
            json!({ "Object": [{ "Key": "a" }, { "Key": "b&A<" }], "Quiet": "" }),
        );
        check("<Tagging><TagSet/></Tagging>", json!({ "TagSet": "" }));
        check("<a/>", json!(""));
    }

    #[test]
    fn white_space_between_elements_is_no_text() {
        check("<A>\n  <B> x </B>\n</A>", json!({ "B": " x " }));
    }

    #[test]
    fn knows_the_kind_of_a_grantee() {
        check(
            "<G xmlns:xsi=\"x\" xsi:type=\"Group\"><URI>u</URI></G>",
            json!({ "xsi:type": "Group", "URI": "u" }),
        );
    }

    #[test]
    fn refuses_what_is_no_document_or_too_much_of_one() {
        let deep = "<a>".repeat(XML_DEPTH_MAX + 1);
        let many = format!("<r>{}</r>", "<a/>".repeat(XML_ELEMENTS_MAX));
        for text in [
            "",
            "<a>",
            "</a>",
            "<a></b>",
            "<a/><b/>",
            "x<a/>",
            "<a/>x",
            "<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>",
            "<a>&e;</a>",
            "<a b=c/>",
            &deep,
            &many,
        ] {
            let head: String = text.chars().take(40).collect();
            let rejection = read(text.as_bytes()).unwrap_err();
            assert_eq!(rejection.code, "MalformedXML", "{head}");
        }
        assert!(read(b"<a>\xff</a>").is_err());
    }
}
