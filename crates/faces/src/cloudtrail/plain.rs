//! Records as they are shown outside event data stores: without their `eventContext`.

use engine::Found;
use model::{Origin, RecordView, Tree};

/// What stands before the value of the member, in the records that we write.
const KEY: &[u8] = b",\"eventContext\":";

/// The record's text. What was recorded here and carries a context loses it: AWS shows it in
/// event data stores only. All other records are shown byte for byte.
pub(super) fn text(found: &Found, view: &RecordView<'_>) -> String {
    let whole = || String::from_utf8_lossy(&found.bytes).into_owned();
    if found.origin != Origin::Recorded {
        return whole();
    }
    without_context(view).unwrap_or_else(whole)
}

fn without_context(view: &RecordView<'_>) -> Option<String> {
    let span = view.scan().tree(Tree::EventContext)?;
    let before = view.bytes.get(..span.start as usize)?.strip_suffix(KEY)?;
    let after = view.bytes.get(span.end as usize..)?;
    Some(String::from_utf8_lossy(&[before, after].concat()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Scan;

    fn check(record: &str, expected: Option<&str>) {
        let mut scan = Scan::default();
        scan.read(record.as_bytes(), 0).unwrap();
        let view = RecordView::new(record.as_bytes(), &scan);
        assert_eq!(without_context(&view).as_deref(), expected, "{record}");
    }

    #[test]
    fn takes_the_member_away_and_nothing_else() {
        let with = r#"{"eventName":"A","eventContext":{"requestContext":{"a":"}"}},"z":1}"#;
        check(with, Some(r#"{"eventName":"A","z":1}"#));
        check(r#"{"eventName":"A","eventContext":{}}"#, Some(r#"{"eventName":"A"}"#));
        check(r#"{"eventName":"A"}"#, None);
    }
}
