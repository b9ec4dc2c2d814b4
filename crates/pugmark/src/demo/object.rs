//! A JSON object written member by member, in the order AWS writes it.

/// An object being written.
#[derive(Debug, Clone)]
pub(super) struct Object {
    out: String,
}

impl Object {
    /// An object without members yet.
    pub(super) fn new() -> Self {
        Self::with_capacity(128)
    }

    /// An object expected to take `capacity` bytes.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        let mut out = String::with_capacity(capacity);
        out.push('{');
        Self { out }
    }

    /// Adds a text.
    pub(super) fn text(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        quote(&mut self.out, value);
        self
    }

    /// Adds a text when there is one.
    pub(super) fn text_if(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    /// Adds a value that is JSON already.
    pub(super) fn json(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        self.out.push_str(value);
        self
    }

    /// Adds a value that is JSON already when there is one.
    pub(super) fn json_if(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.json(name, value),
            None => self,
        }
    }

    /// Adds a truth value.
    pub(super) fn flag(self, name: &str, value: bool) -> Self {
        self.json(name, if value { "true" } else { "false" })
    }

    /// Adds a number.
    pub(super) fn number(self, name: &str, value: u64) -> Self {
        self.json(name, &value.to_string())
    }

    /// The finished object.
    pub(super) fn end(mut self) -> String {
        self.out.push('}');
        self.out
    }

    fn name(&mut self, name: &str) {
        if self.out.len() > 1 {
            self.out.push(',');
        }
        self.out.push('"');
        self.out.push_str(name);
        self.out.push_str("\":");
    }
}

/// The story's texts hold no control characters, so quotes and backslashes are all to escape.
fn quote(out: &mut String, value: &str) {
    out.push('"');
    for piece in value.split_inclusive(['"', '\\']) {
        match piece.strip_suffix(['"', '\\']) {
            Some(plain) => {
                out.push_str(plain);
                out.push('\\');
                out.push_str(piece.get(plain.len()..).unwrap_or_default());
            }
            None => out.push_str(piece),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_members_in_order() {
        let object = Object::new().text("a", "x").flag("b", true).number("c", 7).json("d", "null");
        assert_eq!(object.end(), r#"{"a":"x","b":true,"c":7,"d":null}"#);
        assert_eq!(Object::new().text_if("a", None).json_if("b", None).end(), "{}");
    }

    #[test]
    fn escapes_what_json_must() {
        let written = Object::new().text("a", r#"{"b":"c\d"}"#).end();
        let read: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!(read["a"], r#"{"b":"c\d"}"#);
    }
}
