//! `pugmark open`

use crate::home::Home;
use crate::logs;
use crate::server::signal;
use std::process::Stdio;
use std::time::{Duration, Instant};

#[test]
fn tells_what_the_logs_are_about_and_leaves_nothing_behind() {
    let home = Home::new();
    logs::write(&home);
    let done = home.run(&["open", "logs", "-o", "table"]);
    assert_eq!(done.code, 0, "{done:?}");
    for word in ["123456789012 5", "mallory 3", "DeleteTrail 3", "AccessDenied 2", "readme.json"] {
        assert!(done.out.contains(word), "{word} not in {done:?}");
    }
    assert!(done.err.contains("pugmark open logs -- events --failed"), "{done:?}");
    assert!(home.temporary().is_empty(), "{:?}", home.temporary());
    assert!(!home.data().exists());
}

#[test]
fn answers_a_question() {
    let home = Home::new();
    logs::write(&home);
    let ask = |question: &[&str]| home.run(&[&["open", "logs", "--"], question].concat());
    assert_eq!(ask(&["events", "--failed"]).out.lines().count(), 2);
    let who = ask(&["who", "did", "DeleteTrail", "-o", "csv"]).out;
    assert!(who.contains("mallory"), "{who}");
    assert_eq!(ask(&["event", logs::CREATE_USER_ID, "-o", "json"]).out, logs::CREATE_USER);
    assert_eq!(ask(&["events", "--who", "nobody", "--fail-empty"]).code, 3);
    assert_eq!(ask(&["no-such-question"]).code, 2);
    assert!(home.temporary().is_empty(), "{:?}", home.temporary());
}

#[test]
fn an_interrupt_leaves_nothing_behind() {
    let home = Home::new();
    let line = logs::record(1, "2026-11-02T00:00:00Z", "eve", "a:B", None);
    // Enough to be at work for a while.
    let id = "22222222-0000-4000-8000-000000000001";
    for file in 0..20 {
        let lines: String = (0..5_000)
            .map(|n| {
                line.replace(id, &format!("33333333-0000-4000-8000-{:012}", file * 5_000 + n))
                    + "\n"
            })
            .collect();
        home.write(&format!("many/{file}.json"), &lines);
    }
    let mut child = home
        .command(&["open", "many"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while home.temporary().is_empty() && started.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(1));
    }
    // The signal may come at any moment from here on.
    std::thread::sleep(Duration::from_millis(20));
    signal(&child, "INT");
    child.wait().unwrap();
    assert!(home.temporary().is_empty(), "{:?}", home.temporary());
}
