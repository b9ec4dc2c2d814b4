//! Records as they are shown outside event data stores.

use engine::Found;
use formats::cloudtrail;
use model::{Origin, RecordView};

/// The record's text. What was recorded here and carries a context loses it; all other records are
/// shown byte for byte.
pub(super) fn text(found: &Found, view: &RecordView<'_>) -> String {
    if found.origin != Origin::Recorded {
        return String::from_utf8_lossy(&found.bytes).into_owned();
    }
    String::from_utf8_lossy(&cloudtrail::plain(view).concat()).into_owned()
}
