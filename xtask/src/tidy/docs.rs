//! Every public item of the lower floors says what it is: others build on those words.

use super::Finding;
use super::source::Source;

/// The crates whose public items must be documented.
const DOCUMENTED: &[&str] = &["model", "wire", "pattern", "journal", "ledger"];

const KINDS: &[&str] =
    &["fn", "async fn", "const fn", "struct", "enum", "trait", "type", "const", "static", "union"];

/// Checks one file of the crates above; others pass.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    if !DOCUMENTED.contains(&source.package()) {
        return Vec::new();
    }
    let items = source.code().filter_map(|(number, line)| Some((number, public_item(line)?)));
    let bare = items.filter(|(number, _)| !is_documented(source, *number));
    bare.map(|(number, item)| {
        let message = format!("public `{item}` has no documentation: say what it promises");
        Finding::new(source.path(), number, message)
    })
    .collect()
}

/// `fn name`, `struct Name`, … when the line declares a public item.
fn public_item(line: &str) -> Option<String> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let kind =
        KINDS.iter().find(|kind| rest.strip_prefix(**kind).is_some_and(|r| r.starts_with(' ')))?;
    let name = rest.strip_prefix(*kind)?.trim_start();
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
    Some(format!("{kind} {}", name.get(..end)?))
}

/// Looks upward over attributes for a doc comment.
fn is_documented(source: &Source, item: usize) -> bool {
    let mut number = item - 1;
    let mut inside_attribute = false;
    while number > 0 {
        let line = source.line(number).trim();
        if line.starts_with("///") || line.starts_with("#[doc") {
            return true;
        }
        inside_attribute |= line.ends_with(']');
        let is_attribute = line.starts_with("#[");
        if !is_attribute && !inside_attribute {
            return false;
        }
        inside_attribute &= !is_attribute;
        number -= 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(path: &str, text: &str) -> Vec<String> {
        check(&Source::new(path, text)).into_iter().map(|f| f.message).collect()
    }

    #[test]
    fn refuses_a_bare_public_item() {
        let found = items("crates/model/src/x.rs", "pub struct Bare;\n");
        assert!(found[0].contains("`struct Bare`"), "{found:?}");
        let found = items("crates/wire/src/x.rs", "impl X {\n    pub fn bare(&self) {}\n}\n");
        assert!(found[0].contains("`fn bare`"), "{found:?}");
        let found = items("crates/wire/src/x.rs", "/// No.\n\npub const fn bare() {}\n");
        assert!(found[0].contains("`const fn bare`"), "{found:?}");
    }

    #[test]
    fn sees_documentation_above_attributes() {
        let text = "/// Said.\n#[derive(\n    Debug,\n)]\n#[must_use]\npub struct Said;\n";
        assert_eq!(items("crates/journal/src/x.rs", text), [""; 0]);
    }

    #[test]
    fn asks_nothing_of_private_items_and_upper_floors() {
        assert_eq!(items("crates/model/src/x.rs", "pub(crate) fn a() {}\nfn b() {}\n"), [""; 0]);
        assert_eq!(items("crates/engine/src/x.rs", "pub fn a() {}\n"), [""; 0]);
    }

    #[test]
    fn asks_nothing_of_fields_and_reexports() {
        assert_eq!(items("crates/model/src/x.rs", "pub use a::b;\npub x: u8,\n"), [""; 0]);
    }
}
