//! Records as they are shown outside event data stores: without their `eventContext`.

use model::{RecordView, Tree};

/// What stands before the value of the member, in the records that we write.
const KEY: &[u8] = b",\"eventContext\":";

/// A record that was recorded here, without its context: AWS shows it in event data stores only.
/// Two pieces, one behind the other; the second is empty where there is no context.
pub fn plain<'a>(view: &RecordView<'a>) -> [&'a [u8]; 2] {
    without_context(view).unwrap_or([view.bytes, &[]])
}

fn without_context<'a>(view: &RecordView<'a>) -> Option<[&'a [u8]; 2]> {
    let span = view.scan().tree(Tree::EventContext)?;
    let before = view.bytes.get(..span.start as usize)?.strip_suffix(KEY)?;
    Some([before, view.bytes.get(span.end as usize..)?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Scan;

    fn check(record: &str, expected: &str) {
        let mut scan = Scan::default();
        scan.read(record.as_bytes(), 0).unwrap();
        let view = RecordView::new(record.as_bytes(), &scan);
        assert_eq!(plain(&view).concat(), expected.as_bytes(), "{record}");
    }

    #[test]
    fn takes_the_member_away_and_nothing_else() {
        let with = r#"{"eventName":"A","eventContext":{"requestContext":{"a":"}"}},"z":1}"#;
        check(with, r#"{"eventName":"A","z":1}"#);
        check(r#"{"eventName":"A","eventContext":{}}"#, r#"{"eventName":"A"}"#);
        check(r#"{"eventName":"A"}"#, r#"{"eventName":"A"}"#);
    }
}
