//! Whether a text is one of some, for entries of the tail.

use crate::path::{self, Path};
use crate::tail::Entry;
use memchr::memmem::Finder;
use model::{Field, RecordId};

/// A condition on the text at a path, made ready for many entries: most are decided without a walk
/// over their members, and without a copy of the text.
#[derive(Debug)]
pub struct Equality {
    field: Option<Field>,
    texts: Vec<Vec<u8>>,
    /// Those of the texts that are ids.
    ids: Vec<RecordId>,
    /// The last key of each way, in quotes: where none of them stands, there is no value.
    keys: Vec<Finder<'static>>,
}

impl Equality {
    /// That what `path` leads to is one of `texts`.
    pub fn new(path: &Path, texts: &[String]) -> Self {
        let key = |key: &str| Finder::new(&format!("\"{key}\"")).into_owned();
        // A number may be a place in an array, an empty way the whole record: neither is a key.
        let is_key = |key: &str| !key.is_empty() && !key.bytes().all(|byte| byte.is_ascii_digit());
        let all_keys = path.ways().iter().all(|way| way.last().is_some_and(|key| is_key(key)));
        Self {
            field: path.first_field(),
            texts: texts.iter().map(|text| text.as_bytes().to_vec()).collect(),
            ids: texts.iter().filter_map(|text| RecordId::from_uuid(text.as_bytes())).collect(),
            keys: if all_keys { path.last_keys().map(key).collect() } else { Vec::new() },
        }
    }

    /// Whether it holds; `None` where only a walk tells.
    pub fn holds(&self, entry: &Entry) -> Option<bool> {
        if self.field == Some(Field::EventId) && entry.is_named() {
            return Some(self.ids.contains(&entry.id));
        }
        if let Some(raw) = self.field.and_then(|field| entry.known(field)) {
            return Some(self.has(raw));
        }
        let body = entry.record.body.bytes();
        let is_absent = !self.keys.is_empty()
            && self.keys.iter().all(|key| key.find(body).is_none())
            && memchr::memchr(b'\\', body).is_none();
        is_absent.then_some(false)
    }

    fn has(&self, raw: &[u8]) -> bool {
        if !raw.contains(&b'\\') {
            return self.texts.iter().any(|text| text == raw);
        }
        let mut text = Vec::new();
        path::put_text(raw, &mut text);
        self.texts.contains(&text)
    }
}
