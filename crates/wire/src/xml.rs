//! Well-formed XML from any value.

use serde_json::Value;

/// The namespace of `xsi:type`.
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// A document in the making. Whatever goes in, what comes out is well formed.
#[derive(Debug, Default)]
pub(crate) struct Xml {
    text: String,
}

impl Xml {
    /// `<name>…</name>`, the inside written by `inside`.
    pub(crate) fn element(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.root(name, "", inside);
    }

    /// `<name xmlns="…">…</name>`; an empty namespace is left out.
    pub(crate) fn root(&mut self, name: &str, namespace: &str, inside: impl FnOnce(&mut Self)) {
        let name = sound_name(name);
        self.text.extend(["<", &name]);
        if !namespace.is_empty() {
            self.text.push_str(" xmlns=\"");
            self.escape(namespace);
            self.text.push('"');
        }
        self.text.push('>');
        inside(self);
        self.text.extend(["</", &name, ">"]);
    }

    /// `<name>text</name>`
    pub(crate) fn leaf(&mut self, name: &str, text: &str) {
        self.element(name, |xml| xml.escape(text));
    }

    /// The members of an object, each an element; lists hold their items in elements named `item`.
    /// A list called `entry` is a map: its items are `<entry>` elements themselves. `null` is
    /// left out.
    pub(crate) fn members(&mut self, value: &Value, item: &str) {
        match value {
            Value::Null => {}
            Value::Bool(truth) => self.escape(if *truth { "true" } else { "false" }),
            Value::Number(number) => self.escape(&number.to_string()),
            Value::String(text) => self.escape(text),
            Value::Array(list) => self.items(list, item, item),
            Value::Object(map) => {
                for (name, value) in map.iter().filter(|(_, value)| !value.is_null()) {
                    match value {
                        Value::Array(list) if name == "entry" => self.items(list, name, item),
                        value => self.element(name, |xml| xml.members(value, item)),
                    }
                }
            }
        }
    }

    /// As [`Xml::members`], but a list is its items beside each other, each an element of the
    /// list's own name: S3's way. A member called `@name` is an attribute of the element around
    /// it, and was written with it.
    pub(crate) fn repeated(&mut self, value: &Value) {
        let Value::Object(map) = value else {
            return self.members(value, "member");
        };
        for (name, value) in map.iter().filter(|(name, _)| !name.starts_with('@')) {
            match value {
                Value::Null => {}
                Value::Array(list) => list.iter().for_each(|item| self.beside(name, item)),
                value => self.beside(name, value),
            }
        }
    }

    fn beside(&mut self, name: &str, value: &Value) {
        let kind = value.get("@xsi:type").and_then(Value::as_str);
        let Some(kind) = kind else {
            return self.element(name, |xml| xml.repeated(value));
        };
        let name = sound_name(name);
        self.text.extend(["<", &name, " xmlns:xsi=\"", XSI, "\" xsi:type=\""]);
        self.escape(kind);
        self.text.push_str("\">");
        self.repeated(value);
        self.text.extend(["</", &name, ">"]);
    }

    /// The document.
    pub(crate) fn into_string(self) -> String {
        self.text
    }

    fn items(&mut self, list: &[Value], name: &str, item: &str) {
        for value in list {
            self.element(name, |xml| xml.members(value, item));
        }
    }

    /// Characters that XML 1.0 cannot carry at all, not even escaped, become U+FFFD.
    fn escape(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\r' => self.text.push_str("&#xD;"),
                c if is_char(c) => self.text.push(c),
                _ => self.text.push(char::REPLACEMENT_CHARACTER),
            }
        }
    }
}

/// XML 1.0 §2.2, production `Char`: <https://www.w3.org/TR/xml/#charsets>.
fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Names come from our faces; should one come from a caller, it still opens no hole.
fn sound_name(name: &str) -> String {
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut out: String = name.chars().map(|c| if sound(c) { c } else { '_' }).collect();
    if !out.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        out.insert(0, '_');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(value: &Value, expected: &str) {
        let mut xml = Xml::default();
        xml.members(value, "member");
        assert_eq!(xml.into_string(), expected);
    }

    #[test]
    fn writes_lists_maps_and_scalars() {
        check(
            &json!({ "A": [1, "x"], "B": [] }),
            "<A><member>1</member><member>x</member></A><B></B>",
        );
        check(
            &json!({ "M": { "entry": [{ "key": "k", "value": true }] } }),
            "<M><entry><key>k</key><value>true</value></entry></M>",
        );
        check(&json!({ "A": null, "B": 1.5 }), "<B>1.5</B>");
    }

    #[test]
    fn escapes_markup_and_replaces_what_xml_cannot_carry() {
        check(&json!({ "A": "<&>\"'" }), "<A>&lt;&amp;&gt;&quot;'</A>");
        check(&json!({ "A": "a\0b\u{1b}c\u{fffe}d" }), "<A>a\u{fffd}b\u{fffd}c\u{fffd}d</A>");
        check(&json!({ "A": "\t\n\r😀" }), "<A>\t\n&#xD;😀</A>");
        check(&json!({ "A": "]]>" }), "<A>]]&gt;</A>");
    }

    #[test]
    fn a_name_cannot_break_out_of_its_tag() {
        check(&json!({ "a><b": 1 }), "<a__b>1</a__b>");
        check(&json!({ "1": 1, "": 2 }), "<_1>1</_1><_>2</_>");
    }
}
