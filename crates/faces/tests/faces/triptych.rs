//! What came, what we answered, what we remember: `tests/wire/SERVICE/OPERATION/CASE/` holds
//! `request.http`, `response.http` and `record.json`. A case is a directory; `UPDATE=1` writes its
//! last two files.
//!
//! A request may begin with lines that say how it is sent:
//!
//! ```text
//! # sign: admin            (or `nobody`; `session`: with temporary credentials of the admin's;
//! #                         `denied`: by the admin after losing the right; or any key id)
//! # region: eu-west-1
//! # door: dev extended emulate-limits
//! # times: 3               (the last answer counts)
//! # tls
//! ```
//!
//! `events.jsonl` beside it holds records that are there before, `changes.jsonl` what is kept before:
//! a [`Change`] in each line. What differs from run to run is
//! written as `{requestId}` and the like.

use crate::golden;
use crate::house::{Flags, House, Key};
use crate::request::Ask;
use model::{AccountId, Change};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use wire::{Request, Response, Tls};

#[test]
fn every_case_is_as_it_was() {
    let cases = cases(&golden::path("tests/wire"));
    assert!(cases.len() >= 20, "only {} cases were found", cases.len());
    for case in cases {
        println!("{}", case.display());
        Case::read(&case).check();
    }
}

/// Directories with a `request.http`, in order.
pub(crate) fn cases(below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![below.to_owned()];
    while let Some(directory) = waiting.pop() {
        if directory.join("request.http").exists() {
            found.push(directory.clone());
        }
        let entries = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path());
        waiting.extend(entries.filter(|path| path.is_dir()));
    }
    found.sort();
    found
}

struct Case {
    directory: PathBuf,
    ask: Ask,
    sign: String,
    flags: Flags,
    times: usize,
    tls: bool,
}

impl Case {
    fn read(directory: &Path) -> Self {
        let text = fs::read_to_string(directory.join("request.http")).unwrap();
        let is_said = |line: &&str| line.starts_with("# ");
        let says: Vec<&str> = text.lines().take_while(is_said).collect();
        let said = |key: &str| {
            let mut lines = says.iter().filter_map(|line| line[2..].strip_prefix(key));
            lines.next().map(|value| value.trim_start_matches(':').trim().to_owned())
        };
        let request: String = text.split_inclusive('\n').skip(says.len()).collect();
        let mut ask = parse(&request);
        ask.region = said("region").unwrap_or_else(|| "us-east-1".to_owned());
        ask.service = said("service").unwrap_or_else(|| service_of(directory));
        let door = said("door").unwrap_or_default();
        Self {
            directory: directory.to_owned(),
            ask,
            sign: said("sign").unwrap_or_else(|| "admin".to_owned()),
            flags: Flags {
                dev: door.contains("dev"),
                extended: door.contains("extended"),
                emulate_limits: door.contains("emulate-limits"),
            },
            times: said("times").map_or(1, |times| times.parse().unwrap()),
            tls: said("tls").is_some(),
        }
    }

    fn check(&self) {
        let house = House::with(self.flags);
        let lines = |name| fs::read_to_string(self.directory.join(name)).unwrap_or_default();
        lines("events.jsonl").lines().for_each(|line| house.import(line));
        let changes = lines("changes.jsonl");
        changes.lines().for_each(|line| house.change(serde_json::from_str(line).unwrap()));
        let key = self.key(&house);
        let mut response = house.send(self.request(&house, key.as_ref()));
        for _ in 1..self.times {
            response = house.send(self.request(&house, key.as_ref()));
        }
        let records = house.records_of(&response);
        assert!(records.len() <= 1, "more than one record of one call");
        let plain = Plain::new(&house, &response, records.first(), key.as_ref());
        let record = serde_json::to_string_pretty(&records.first()).unwrap();
        let file = |name| self.directory.join(name);
        golden::check(&file("response.http"), &plain.text(&written(&response)));
        golden::check(&file("record.json"), &plain.text(&record));
    }

    fn key(&self, house: &House) -> Option<Key> {
        match self.sign.as_str() {
            "nobody" => None,
            "admin" => Some(house.admin.clone()),
            "session" => Some(session(house)),
            "denied" => {
                let account = AccountId::parse("123456789012").unwrap();
                let mut user = house.engine.state().user(&account, "admin").unwrap().clone();
                user.admin = false;
                house.change(Change::UserPut(user));
                Some(house.admin.clone())
            }
            id => Some(Key::new(id, "of-no-meaning")),
        }
    }

    fn request(&self, house: &House, key: Option<&Key>) -> Request {
        let mut request = match key {
            Some(key) => self.ask.signed(key, house.env.now()),
            None => self.ask.unsigned(),
        };
        request.tls = self.tls.then(|| Tls {
            version: "TLSv1.3".to_owned(),
            cipher_suite: "TLS_AES_128_GCM_SHA256".to_owned(),
        });
        request
    }
}

/// Temporary credentials of the administrator's.
pub(crate) fn session(house: &House) -> Key {
    let response = house.ask(&Ask::new("sts", "GetSessionToken", ""));
    let body = String::from_utf8(response.body.to_vec()).unwrap();
    let member = |name| between(&body, &format!("<{name}>"), "<").unwrap().to_owned();
    let mut key = Key::new(&member("AccessKeyId"), &member("SecretAccessKey"));
    key.token = Some(member("SessionToken"));
    key
}

fn service_of(case: &Path) -> String {
    let operation = case.parent().unwrap();
    let service = operation.parent().unwrap().file_name().unwrap();
    service.to_string_lossy().into_owned()
}

fn parse(text: &str) -> Ask {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let (method, target) = (first.next().unwrap(), first.next().unwrap());
    let mut ask = Ask::plain(method, target, "");
    ask.headers = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    ask.body = body.trim_end_matches('\n').to_owned();
    ask
}

fn written(response: &Response) -> String {
    let mut text = format!("HTTP/1.1 {}\n", response.status);
    for (name, value) in &response.headers {
        text += &format!("{name}: {value}\n");
    }
    text + "\n" + str::from_utf8(&response.body).unwrap()
}

/// What differs from run to run, and what is written instead.
struct Plain(Vec<(String, &'static str)>);

impl Plain {
    fn new(house: &House, response: &Response, record: Option<&Value>, key: Option<&Key>) -> Self {
        let body = String::from_utf8(response.body.to_vec()).unwrap();
        let of_record = |pointer| record?.pointer(pointer)?.as_str();
        let of_body = |name| between(&body, &format!("<{name}>"), "<");
        let principal = of_record("/userIdentity/principalId").filter(|id| !id.contains("DEV"));
        let signer = key.map(|key| key.id.as_str()).filter(|id| id.starts_with("ASIA"));
        let found = [
            (response.header("x-amzn-requestid"), "{requestId}"),
            (of_record("/eventID"), "{eventId}"),
            (signer, "{sessionKey}"),
            (Some(house.admin.id.as_str()), "{adminKey}"),
            (
                between(&body, "eventdatastore/", "\"").filter(|id| !id.starts_with("000")),
                "{storeId}",
            ),
            (between(&body, ":key/", "\"").filter(|id| id.len() == 36), "{keyId}"),
            (
                between(&body, "\"ImportId\":\"", "\"").filter(|id| !id.starts_with("999")),
                "{importId}",
            ),
            (of_body("AccessKeyId"), "{issuedKey}"),
            (of_body("SecretAccessKey"), "{issuedSecret}"),
            (of_body("SessionToken"), "{issuedToken}"),
            (principal, "{adminId}"),
        ];
        let found = found.into_iter().filter_map(|(text, name)| Some((text?.to_owned(), name)));
        Self(found.collect())
    }

    fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (found, name) in &self.0 {
            text = text.replace(found, name);
        }
        text
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0)
}
