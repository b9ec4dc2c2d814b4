//! A quick walk over the members of an object that is known to be valid JSON.

use model::json;

/// Steps from member to member. It trusts the scan that came before: on text that is no JSON
/// it ends early, it never fails.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    /// Begins at the `{` at `start`; empty where there is none.
    pub(crate) fn new(text: &'a [u8], start: usize) -> Self {
        let at = match text.get(start) {
            Some(b'{') => start + 1,
            _ => text.len(),
        };
        Self { text, at }
    }

    /// Behind what was read; behind the object once there are no more members.
    pub(crate) const fn end(&self) -> usize {
        self.at
    }

    fn value_end(&self, start: usize) -> Option<usize> {
        match self.text.get(start)? {
            b'"' => Some(json::string_end(self.text, start + 1).ok()? + 1),
            b'{' | b'[' => balanced_end(self.text, start),
            _ => {
                let rest = self.text.get(start..)?;
                let ends = |byte: &u8| matches!(byte, b',' | b'}' | b' ' | b'\n' | b'\r' | b'\t');
                Some(start + rest.iter().position(ends)?)
            }
        }
    }
}

impl<'a> Iterator for Walk<'a> {
    /// A key as written, and its value as it stands.
    type Item = (&'a [u8], &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let mut at = json::skip_space(self.text, self.at);
        if self.text.get(at) == Some(&b',') {
            at = json::skip_space(self.text, at + 1);
        }
        if self.text.get(at) != Some(&b'"') {
            self.at = at + 1;
            return None;
        }
        let key_end = json::string_end(self.text, at + 1).ok()?;
        let colon = json::skip_space(self.text, key_end + 1);
        let value = json::skip_space(self.text, colon + 1);
        self.at = self.value_end(value)?;
        Some((self.text.get(at + 1..key_end)?, self.text.get(value..self.at)?))
    }
}

/// The offset behind the brackets that open at `at`, however deep; strings are stepped over.
pub(crate) fn balanced_end(text: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match text.get(at)? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b'"' => at = json::string_end(text, at + 1).ok()?,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn walk(text: &str) -> Vec<(&str, &str)> {
        let show = |bytes| std::str::from_utf8(bytes).unwrap();
        Walk::new(text.as_bytes(), 0).map(|(key, value)| (show(key), show(value))).collect()
    }

    #[test]
    fn gives_each_member() {
        assert_eq!(
            walk(r#"{ "a" : 1 ,"b":{"c":[]},"d":null, "e":"x\"y" , "f" :-1.5e3}"#),
            [("a", "1"), ("b", r#"{"c":[]}"#), ("d", "null"), ("e", r#""x\"y""#), ("f", "-1.5e3")]
        );
        assert_eq!(walk("{}"), []);
        assert_eq!(walk("[1]"), []);
        assert_eq!(walk(""), []);
    }

    #[test]
    fn ends_behind_the_object() {
        let mut walk = Walk::new(br#"[{"a":1 } ,"#, 1);
        assert_eq!(walk.by_ref().count(), 1);
        assert_eq!(walk.end(), 9);
    }

    proptest! {
        #[test]
        fn ends_on_any_bytes(text in "[{}\\[\\]\",:a1\\\\ ]{0,40}") {
            let mut walk = Walk::new(text.as_bytes(), 0);
            for (key, value) in walk.by_ref() {
                prop_assert!(key.len() + value.len() <= text.len());
            }
            prop_assert!(walk.end() <= text.len() + 1);
        }
    }
}
