//! `pugmark import`

use crate::home::Home;
use crate::logs;

#[test]
fn ends_with_what_came_in_and_what_did_not() {
    let home = Home::new();
    logs::write(&home);
    let done = home.run(&["import", "logs", "-o", "table"]);
    assert_eq!(done.code, 0, "{done:?}");
    for word in [
        "2026-11-01T02:13:07Z to 2026-11-05T00:00:00Z",
        "123456789012 5",
        "eu-west-1 4",
        "5 records",
        "readme.json",
    ] {
        assert!(done.out.contains(word), "{word} not in {done:?}");
    }
    assert!(done.err.contains("next: pugmark events"), "{done:?}");
}

#[test]
fn a_file_imported_twice_counts_once() {
    let home = Home::new();
    logs::write(&home);
    home.import("logs");
    let second: serde_json::Value = serde_json::from_str(&home.import("logs").out).unwrap();
    assert_eq!((second["added"].as_u64(), second["duplicates"].as_u64()), (Some(0), Some(5)));
    assert_eq!(home.answer(&["events", "--all"]).lines().count(), 5);
}

#[test]
fn damage_is_partial_and_named() {
    let home = Home::new();
    logs::write(&home);
    let whole = logs::file(&[logs::record(9, "2026-11-06T00:00:00Z", "eve", "a:B", None)]);
    home.write("logs/torn.json", &whole[..whole.len() / 2]);
    let done = home.import("logs");
    assert_eq!(done.code, 6, "{done:?}");
    assert!(done.err.contains("torn.json"), "{done:?}");
    assert_eq!(home.answer(&["events", "--all"]).lines().count(), 5);
}

#[test]
fn a_path_that_is_not_there_is_told_before_anything_is_made() {
    let home = Home::new();
    let done = home.import("nowhere");
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.err.contains("nowhere") && done.err.contains("next:"), "{done:?}");
}

#[test]
fn records_may_be_kept_for_another_account() {
    let home = Home::new();
    logs::write(&home);
    assert_eq!(home.run(&["import", "logs", "--owner", "111122223333"]).code, 0);
    let rows = home.answer(&["events", "--account", "111122223333", "-o", "csv"]);
    assert_eq!(rows.lines().count(), 6, "{rows}");
    assert!(home.answer(&["events", "--account", "123456789012"]).is_empty());
}
