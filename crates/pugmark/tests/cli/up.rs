//! `pugmark up` and the commands that talk to it.

use crate::home::{Done, Home, text};
use crate::logs;
use crate::server::Server;
use serde_json::Value;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;

/// A call that `--dev` takes without a good signature.
fn sts_call(host: SocketAddr, headers: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 43\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\
         X-Amz-Date: 20261120T000000Z\r\n{headers}\
         Authorization: AWS4-HMAC-SHA256 Credential=111122223333/20261120/us-east-1/sts/\
         aws4_request, SignedHeaders=host;x-amz-date, Signature={}\r\n\r\n\
         Action=GetCallerIdentity&Version=2011-06-15",
        "0".repeat(64)
    )
}

#[test]
fn the_first_start_shows_the_key_once_and_keeps_it() {
    let home = Home::new();
    let first = Server::start(&home, &[]);
    let shown = |server: &Server| {
        server.said.iter().filter(|line| line.starts_with("AWS_")).cloned().collect::<Vec<_>>()
    };
    let key = shown(&first);
    assert_eq!(key.len(), 2, "{:?}", first.said);
    let id = key[0].strip_prefix("AWS_ACCESS_KEY_ID=").unwrap();
    assert!(id.starts_with("AKIA"), "{id}");
    let file = home.data().join("credentials");
    assert!(std::fs::read_to_string(&file).unwrap().contains(id));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(first.stop().0, 0);
    let second = Server::start(&home, &[]);
    assert!(shown(&second).is_empty(), "{:?}", second.said);
    let listening = second.said.iter().filter(|line| line.contains("listening on"));
    assert_eq!(listening.count(), 1);
}

#[test]
fn the_exports_point_at_the_server() {
    let home = Home::new();
    let server = Server::start(&home, &[]);
    let env = home.answer(&["env"]);
    for line in [
        format!("export AWS_ENDPOINT_URL=http://{}", server.address),
        "export AWS_REGION=us-east-1".to_owned(),
        "export AWS_DEFAULT_REGION=us-east-1".to_owned(),
        "unset AWS_SESSION_TOKEN AWS_PROFILE".to_owned(),
        "export AWS_DISABLE_HOST_PREFIX_INJECTION=true".to_owned(),
    ] {
        assert!(env.lines().any(|it| it == line), "{line} not in {env}");
    }
    assert!(env.contains("export AWS_SECRET_ACCESS_KEY="));
}

#[test]
fn commands_ask_the_server_that_holds_the_directory() {
    let home = Home::new();
    logs::write(&home);
    let server = Server::start(&home, &[]);
    let imported = home.import("logs");
    assert_eq!(imported.code, 0, "{imported:?}");
    let failed = home.answer(&["events", "--failed", "--who", "mallory"]);
    assert_eq!(failed.lines().count(), 2, "{failed}");
    let exact = home.answer(&["event", logs::CREATE_USER_ID, "-o", "json"]);
    assert_eq!(exact, logs::CREATE_USER);
    let who = home.answer(&["who", "did", "cloudtrail:DeleteTrail", "-o", "csv"]);
    assert_eq!(who.lines().count(), 3, "{who}");
    let status: Value = serde_json::from_str(&home.answer(&["status", "-o", "json"])).unwrap();
    assert_eq!(status["server"], format!("http://{}", server.address));
    // What we asked is recorded like anybody's calls.
    let asked = home.answer(&["events", "--did", "pugmark:SearchEvents"]);
    assert!(asked.lines().count() >= 3, "{asked}");
}

#[test]
fn a_key_that_is_not_known_is_not_authorised() {
    let home = Home::new();
    let _server = Server::start(&home, &[]);
    let wrong = "[default]\naws_access_key_id = AKIAWRONG\naws_secret_access_key = x\n";
    std::fs::write(home.data().join("credentials"), wrong).unwrap();
    let done = home.run(&["events"]);
    assert_eq!(done.code, 4, "{done:?}");
}

#[test]
fn a_server_that_is_gone_is_unreachable_only_while_the_directory_is_held() {
    let home = Home::new();
    logs::write(&home);
    let server = Server::start(&home, &[]);
    let endpoint = home.data().join("endpoint");
    std::fs::write(&endpoint, "http://127.0.0.1:1\n").unwrap();
    assert_eq!(home.run(&["events"]).code, 5);
    assert_eq!(server.stop().0, 0);
    assert!(!endpoint.exists());
    assert_eq!(home.import("logs").code, 0);
}

#[test]
fn what_was_recorded_is_there_after_a_restart() {
    let home = Home::new();
    logs::write(&home);
    let server = Server::start(&home, &[]);
    assert_eq!(home.import("logs").code, 0);
    let (code, _) = server.stop();
    assert_eq!(code, 0);
    assert_eq!(home.answer(&["events", "--who", "mallory"]).lines().count(), 3);
    let _again = Server::start(&home, &[]);
    assert_eq!(home.answer(&["events", "--who", "mallory"]).lines().count(), 3);
}

#[test]
fn pages_for_anybody_tell_nothing_of_what_is_recorded() {
    let home = Home::new();
    logs::write(&home);
    let server = Server::start(&home, &[]);
    home.import("logs");
    let health = server.get("/healthz");
    assert_eq!((health.status, health.body.trim()), (200, "ok"));
    let ready = (0..2_000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(5));
        server.get("/readyz").status == 200
    });
    assert!(ready, "{:?}", server.get("/readyz"));
    let metrics = server.get("/metrics");
    assert_eq!(metrics.status, 200, "{metrics:?}");
    assert!(metrics.body.contains("pugmark_"), "{metrics:?}");
    let page = server.get("/");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Pugmark is running"), "{page:?}");
    assert!(!page.body.contains("mallory") && !page.body.contains("DeleteTrail</td>"), "{page:?}");
    assert!(page.head.contains("default-src 'none'; style-src 'sha256-"), "{page:?}");
    assert!(page.head.contains("x-content-type-options: nosniff"), "{page:?}");
}

#[test]
fn in_dev_the_page_shows_the_newest_records_to_this_machine_only() {
    let home = Home::new();
    let server = Server::start(&home, &["--dev"]);
    let answer = server.send(sts_call(server.address, "").as_bytes());
    assert!(answer.body.contains("111122223333"), "{answer:?}");
    assert!(server.get("/").body.contains("sts:GetCallerIdentity"));
    let foreign = "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert!(!server.send(foreign.as_bytes()).body.contains("sts:GetCallerIdentity"));
}

#[test]
fn only_a_trusted_proxy_is_believed_about_the_client() {
    for (trusted, address) in [("127.0.0.0/8", "198.51.100.7"), ("10.0.0.0/8", "127.0.0.1")] {
        let home = Home::new();
        let server = Server::start(&home, &["--dev", "--trusted-proxy", trusted]);
        let call = sts_call(server.address, "X-Forwarded-For: 1.1.1.1, 198.51.100.7\r\n");
        assert_eq!(server.send(call.as_bytes()).status, 200);
        let record = home.answer(&["events", "--did", "sts:GetCallerIdentity"]);
        let record: Value = serde_json::from_str(&record).unwrap();
        assert_eq!(record["sourceIPAddress"], address, "{trusted}");
    }
}

#[test]
fn everything_that_comes_in_has_a_limit() {
    let home = Home::new();
    let server = Server::start(&home, &[]);
    let head = "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: CloudTrail_20131101.LookupEvents\r\n";
    let mut long = format!("{head}Content-Length: 12000000\r\n\r\n").into_bytes();
    long.resize(long.len() + 12_000_000, b' ');
    let answer = server.send(&long);
    assert_eq!(answer.status, 413, "{answer:?}");
    assert!(answer.body.contains("RequestEntityTooLarge"), "{answer:?}");
    let headers: String = (0..200).map(|n| format!("X-{n}: 1\r\n")).collect();
    let many = format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
    assert_eq!(server.send(many.as_bytes()).status, 431);
    let wide = format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: {}\r\n\r\n", "a".repeat(100_000));
    assert_eq!(server.send(wide.as_bytes()).status, 431);
    let unsigned = format!("{head}Connection: close\r\nContent-Length: 2\r\n\r\n{{}}");
    let answer = server.send(unsigned.as_bytes());
    assert!((400..500).contains(&answer.status), "{answer:?}");
    assert_eq!(server.send(b"nonsense\r\n\r\n").status, 400);
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn the_story_is_told_once() {
    let home = Home::new();
    let start = || Server::start(&home, &["--demo", "--demo-at", "2026-11-20T12:00:00Z"]);
    let server = start();
    assert!(server.said.iter().any(|line| line.contains("then ask")), "{:?}", server.said);
    let data = home.data().join("demo");
    let count = || {
        let status = home.answer(&["status", "--data", text(&data), "-o", "json"]);
        serde_json::from_str::<Value>(&status).unwrap()["records"].as_u64().unwrap()
    };
    let first = count();
    assert!(first > 100_000, "{first}");
    let who = ["who", "did", "StopLogging", "--data", text(&data), "-o", "csv"];
    assert_eq!(home.answer(&who).lines().count(), 4);
    assert_eq!(server.stop().0, 0);
    let again = start();
    // Only what we asked came on top.
    assert!(count() - first < 20);
    drop(again);
}

#[test]
fn tls_is_spoken_and_our_own_commands_know_the_certificate() {
    let home = Home::new();
    logs::write(&home);
    let fixture = |name: &str| format!("{}/tests/cli/tls/{name}", env!("CARGO_MANIFEST_DIR"));
    let (cert, key) = (fixture("cert.pem"), fixture("key.pem"));
    let server = Server::start(&home, &["--tls-cert", &cert, "--tls-key", &key]);
    assert!(server.said.last().unwrap().starts_with("listening on https://"));
    assert_eq!(home.import("logs").code, 0);
    let record = home.answer(&["events", "--did", "pugmark:StartImport"]);
    let record: Value = serde_json::from_str(&record).unwrap();
    assert_eq!(record["tlsDetails"]["tlsVersion"], "TLSv1.3", "{record}");
    // Another certificate is somebody else.
    std::fs::write(home.data().join("endpoint.der"), "another").unwrap();
    let done = home.run(&["events"]);
    assert_eq!(done.code, 5, "{done:?}");
}

#[test]
fn a_directory_born_in_dev_stays_there() {
    let home = Home::new();
    assert_eq!(Server::start(&home, &["--dev"]).stop().0, 0);
    let secure = Done::from(home.command(&["up", "--listen", "127.0.0.1:0"]).output().unwrap());
    assert_eq!(secure.code, 1, "{secure:?}");
    assert!(secure.err.contains("--dev"), "{secure:?}");
    // Questions do not serve anybody, so they may be asked.
    assert_eq!(home.run(&["status"]).code, 0);
}
