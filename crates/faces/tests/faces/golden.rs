//! Files that tests write and people read. `UPDATE=1` writes them anew.

use std::path::{Path, PathBuf};

/// A path below this package.
pub(crate) fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

/// Holds `text` against the file, or writes it.
pub(crate) fn check(path: &Path, text: &str) {
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        text.trim_end(),
        kept.trim_end(),
        "\n`{}` is not what came out; if that is right, run the test again with UPDATE=1",
        path.display()
    );
}
