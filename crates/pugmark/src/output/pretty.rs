//! A JSON record laid out for reading, token by token.
//!
//! Nothing is parsed into values: numbers keep their spelling, keys their order and repetitions.

/// Lays out JSON with two spaces a level. Text that is no JSON comes out odd, never lost.
pub(crate) fn layout(json: &str) -> String {
    let mut page = Page::default();
    for c in json.chars() {
        page.take(c);
    }
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
    depth: usize,
    place: Place,
    /// A bracket was just opened: what follows decides whether it stays on the line.
    opened: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Outside,
    String,
    Escape,
}

impl Page {
    fn take(&mut self, c: char) {
        match self.place {
            Place::Outside => self.outside(c),
            Place::Escape => self.inside(c, Place::String),
            Place::String => {
                let next = match c {
                    '"' => Place::Outside,
                    '\\' => Place::Escape,
                    _ => Place::String,
                };
                self.inside(c, next);
            }
        }
    }

    fn inside(&mut self, c: char, next: Place) {
        self.text.push(c);
        self.place = next;
    }

    fn outside(&mut self, c: char) {
        match c {
            ' ' | '\t' | '\r' | '\n' => {}
            '{' | '[' => self.open(c),
            '}' | ']' => self.close(c),
            ',' => {
                self.text.push(c);
                self.line();
            }
            ':' => self.text.push_str(": "),
            _ => {
                self.first();
                self.text.push(c);
                if c == '"' {
                    self.place = Place::String;
                }
            }
        }
    }

    fn open(&mut self, c: char) {
        self.first();
        self.text.push(c);
        self.depth += 1;
        self.opened = true;
    }

    fn close(&mut self, c: char) {
        self.depth = self.depth.saturating_sub(1);
        if !std::mem::take(&mut self.opened) {
            self.line();
        }
        self.text.push(c);
    }

    fn first(&mut self) {
        if std::mem::take(&mut self.opened) {
            self.line();
        }
    }

    fn line(&mut self) {
        self.text.push('\n');
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lays_out_what_it_got() {
        let got = layout(r#"{"a":[1, 2.50e1,{}],"b":"x, \"{y}\\","b":[],"c":null}"#);
        let want = r#"{
  "a": [
    1,
    2.50e1,
    {}
  ],
  "b": "x, \"{y}\\",
  "b": [],
  "c": null
}"#;
        assert_eq!(got, want);
    }

    #[test]
    fn keeps_the_value() {
        let text = r#"{"n":123456789012345678901234567890,"deep":[[[{"k":[true,false]}]]]}"#;
        let same = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(same(text), same(&layout(text)));
    }

    #[test]
    fn unbalanced_text_does_no_harm() {
        assert_eq!(layout("]]}"), "\n]\n]\n}");
    }
}
