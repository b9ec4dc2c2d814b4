//! The reference is what the code says, and its examples run.

use crate::lab::ask;

#[test]
fn the_reference_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/lake-sql.md");
    let made = query::reference();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == made, "docs/lake-sql.md is out of date: run this test with UPDATE=1");
}

#[test]
fn every_example_of_the_reference_runs() {
    let mut wrong = Vec::new();
    for sql in query::examples() {
        if let Err(error) = ask(&sql) {
            wrong.push(format!("{sql}: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
