//! `pugmark session`, `entity`, `unused`, `top`, `histogram`, `explain` in every form, of a
//! directory and of the server that holds it.

use crate::home::Home;
use crate::logs;
use crate::server::Server;
use serde_json::{Value, json};

const KEY: &str = "ASIAPAYMENTS";

fn made_of(id: u32, time: &str, identity: &Value, action: &str, more: &Value) -> String {
    let text = logs::record(id, time, "nobody", action, None);
    let mut record: Value = serde_json::from_str(&text).unwrap();
    record["userIdentity"] = identity.clone();
    record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    record.to_string()
}

/// A user, a role in another account seen by both, and what was done there.
fn story(name: &str) -> Vec<String> {
    let user = json!({"type": "IAMUser", "principalId": "AIDACI", "userName": "ci-deployer",
        "arn": "arn:aws:iam::123456789012:user/ci-deployer", "accountId": "123456789012",
        "accessKeyId": "AKIACI"});
    let stranger = json!({"type": "AWSAccount", "principalId": "AIDACI",
        "accountId": "123456789012"});
    let arn = format!("arn:aws:sts::444455556666:assumed-role/PaymentsDeploy/{name}");
    let session = json!({"type": "AssumedRole", "principalId": format!("AROA:{name}"),
        "arn": arn, "accountId": "444455556666", "accessKeyId": KEY});
    let issued = json!({"sharedEventID": "33333333-0000-4000-8000-000000000001",
        "responseElements": {"credentials": {"accessKeyId": KEY}}});
    let mut theirs = issued.clone();
    theirs["recipientAccountId"] = "444455556666".into();
    let denied = json!({"recipientAccountId": "444455556666", "errorCode": "AccessDenied",
        "errorMessage": "no", "sourceIPAddress": "198.51.100.9"});
    vec![
        made_of(1, "2026-08-01T00:00:00Z", &user, "s3:ListBuckets", &json!({})),
        made_of(2, "2026-11-18T02:24:40Z", &user, "sts:AssumeRole", &issued),
        made_of(3, "2026-11-18T02:24:40Z", &stranger, "sts:AssumeRole", &theirs),
        made_of(4, "2026-11-18T02:30:00Z", &session, "cloudtrail:StopLogging", &denied),
        made_of(5, "2026-11-18T02:31:00Z", &user, "sts:GetCallerIdentity", &json!({})),
    ]
}

fn imported(name: &str) -> Home {
    let home = Home::new();
    home.write("logs/a.json", &logs::file(&story(name)));
    assert_eq!(home.import("logs").code, 0);
    home
}

fn rows(home: &Home, args: &[&str]) -> Vec<Value> {
    let lines = home.answer(args);
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_session_in_every_form() {
    let home = imported("build-7731");
    for value in [KEY, "build-7731", "PaymentsDeploy/build-7731"] {
        let nodes = rows(&home, &["session", value]);
        assert_eq!(nodes.len(), 2, "{value}");
        assert_eq!(nodes[0]["name"], "ci-deployer");
        assert_eq!(nodes[1]["chain"], json!(["ci-deployer", "PaymentsDeploy/build-7731"]));
        assert_eq!(nodes[1]["edge"]["at"], "2026-11-18T02:24:40Z");
        assert_eq!(nodes[1]["edge"]["records"].as_array().unwrap().len(), 2);
    }
    let tree = home.run(&["session", KEY, "-o", "table"]);
    assert!(tree.out.starts_with("ci-deployer  123456789012  AKIACI\n"), "{tree:?}");
    assert!(tree.out.contains("└─ PaymentsDeploy/build-7731  444455556666"), "{tree:?}");
    assert!(tree.out.contains("by AssumeRole at 2026-11-18T02:24:40Z"), "{tree:?}");
    assert!(tree.err.contains("ci-deployer -> PaymentsDeploy/build-7731"), "{tree:?}");
    let array: Value = serde_json::from_str(&home.answer(&["session", KEY, "-o", "json"])).unwrap();
    assert_eq!(array.as_array().unwrap().len(), 2);
    let csv = home.answer(&["session", KEY, "-o", "csv"]);
    assert!(csv.starts_with("depth,who,account,key,how,at,inferred,root,"), "{csv}");
    let of_event = rows(&home, &["session", "22222222-0000-4000-8000-000000000004"]);
    assert_eq!(of_event[1]["asked"], true);
}

#[test]
fn an_entity_in_every_form() {
    let home = imported("build-7731");
    let key = rows(&home, &["entity", "AKIACI", "--new", "2026-11-18"]).remove(0);
    assert_eq!((&key["kind"], &key["figures"]["records"]), (&json!("key"), &json!(3)));
    assert_eq!(key["root"], "arn:aws:iam::123456789012:user/ci-deployer");
    let actions = &key["facets"][0]["values"];
    let new = |n: usize| (actions[n]["value"].as_str().unwrap(), actions[n]["new"] == true);
    assert_eq!(new(0), ("s3:ListBuckets", false));
    assert_eq!(new(1), ("sts:AssumeRole", true));
    let table = home.run(&["entity", "198.51.100.9", "-o", "table"]);
    assert!(table.out.starts_with("what"), "{table:?}");
    assert!(table.out.contains("address 198.51.100.9"), "{table:?}");
    assert!(table.err.contains("events --from-ip 198.51.100.9"), "{table:?}");
    let csv = home.answer(&["entity", "ci-deployer", "-o", "csv"]);
    assert!(csv.contains("action,sts:AssumeRole,"), "{csv}");
    let other = rows(&home, &["entity", "AKIACI", "--as", "principal"]).remove(0);
    assert_eq!(other["kind"], "principal");
}

#[test]
fn what_nobody_uses_in_every_form() {
    let home = imported("build-7731");
    let unused = rows(&home, &["unused", "--since", "2026-10-01", "--kind", "permission"]);
    assert_eq!(unused.len(), 1);
    assert_eq!(unused[0]["action"], "s3:ListBuckets");
    assert_eq!(unused[0]["last"], "2026-08-01T00:00:00Z");
    let all = home.run(&["unused", "--since", "2030-01-01", "-o", "table"]);
    assert!(all.out.contains("AKIACI") && all.out.contains("identity"), "{all:?}");
    assert!(all.err.contains("nothing was seen since"), "{all:?}");
    let csv = home.answer(&["unused", "--since", "2026-10-01", "-o", "csv"]);
    assert!(csv.starts_with("kind,value,action,records,first,last,created\n"), "{csv}");
}

#[test]
fn counts_and_differences_in_every_form() {
    let home = imported("build-7731");
    let top = rows(&home, &["top", "action", "owner", "--limit", "1"]);
    assert_eq!(top.len(), 2);
    assert_eq!((&top[0]["value"], &top[0]["records"]), (&json!("sts:AssumeRole"), &json!(2)));
    let csv = home.answer(&["top", "ErrorCode", "-o", "csv"]);
    assert!(csv.contains("errorCode,AccessDenied,1,0,1,"), "{csv}");
    let days = rows(&home, &["histogram", "--every", "1d", "--since", "2026-11-17"]);
    let day = |start, records, denied| json!({"start": start, "records": records, "denied": denied, "failed": 0});
    assert_eq!(days, [day("2026-11-17T00:00:00Z", 0, 0), day("2026-11-18T00:00:00Z", 4, 1)]);
    let table = home.answer(&["histogram", "--did", "sts:*", "-o", "table"]);
    assert!(table.contains('█'), "{table}");
    let explain = rows(&home, &["explain", "--failed", "--field", "sourceIp"]);
    assert_eq!((explain.len(), &explain[0]["value"]), (1, &json!("198.51.100.9")));
}

#[test]
fn the_server_that_holds_the_directory_gives_the_same_answer() {
    let home = imported("build-7731");
    let session = ["session", KEY];
    let alone = rows(&home, &session);
    let unused = ["unused", "--since", "2026-10-01", "--kind", "permission"];
    let alone_unused = rows(&home, &unused);
    let server = Server::start(&home, &[]);
    assert_eq!(rows(&home, &session), alone);
    assert_eq!(rows(&home, &unused), alone_unused);
    assert_eq!(rows(&home, &["entity", "AKIACI"])[0]["figures"]["records"], 3);
    assert!(!rows(&home, &["explain", "--failed"]).is_empty());
    assert!(!rows(&home, &["histogram"]).is_empty());
    // The question itself was recorded.
    assert_eq!(rows(&home, &["top", "action", "--did", "pugmark:Session"])[0]["records"], 1);
    let refused = home.run(&["histogram", "--every", "1s"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("buckets") && refused.err.contains("next:  ask for longer"));
    assert_eq!(server.stop().0, 0);
}

#[test]
fn nothing_found_is_an_error_only_when_asked() {
    let home = imported("build-7731");
    for args in [
        &["session", "ASIANOBODY"][..],
        &["entity", "nobody"],
        &["unused", "--since", "2020-01-01"],
        &["top", "action", "--who", "nobody"],
        &["histogram", "--who", "nobody"],
        &["explain", "--who", "nobody"],
    ] {
        assert_eq!(home.run(args).code, 0, "{args:?}");
        assert_eq!(home.run(&[args, &["--fail-empty"]].concat()).code, 3, "{args:?}");
    }
}

#[test]
fn nonsense_is_refused_with_what_would_do() {
    let home = imported("build-7731");
    for (args, word) in [
        (&["top", "weather"][..], "one of action"),
        (&["entity", "x", "--as", "cat"], "key, address, principal, resource"),
        (&["unused"], "--since"),
        (&["unused", "--since", "yesterday"], "90d"),
        (&["histogram", "--every", "0h"], "15m"),
    ] {
        let done = home.run(args);
        assert_eq!(done.code, 2, "{done:?}");
        assert!(done.err.contains(word), "{word}: {done:?}");
    }
    for args in [&["session", ""][..], &["session", KEY, "--limit", "0"], &["entity", " "]] {
        let done = home.run(args);
        assert_eq!(done.code, 1, "{done:?}");
        assert!(done.err.contains("next:  "), "{done:?}");
    }
}

#[test]
fn hostile_names_reach_no_terminal() {
    let hostile = "x\u{1b}]0;pwned\u{7}\u{9b}31m\u{202e}";
    let home = imported(hostile);
    for args in [
        &["session", KEY][..],
        &["session", hostile],
        &["entity", KEY],
        &["entity", hostile],
        &["unused", "--since", "2030-01-01"],
        &["top", "principal"],
        &["explain", "--failed"],
    ] {
        let done = home.run(&[args, &["-o", "table"]].concat());
        assert_eq!(done.code, 0, "{done:?}");
        let acts = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!done.out.contains(acts) && !done.err.contains(acts), "{done:?}");
    }
}
