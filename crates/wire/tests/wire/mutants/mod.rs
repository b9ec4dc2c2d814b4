//! Valid requests, each changed in one thing. All must be refused, and none may be forgotten:
//! the test counts them.

mod address;
mod claim;
mod content;

use std::collections::{BTreeMap, BTreeSet};

use wire::Request;

use crate::oracle::{Signer, request, verify};

const TARGET: (&str, &str) = ("x-amz-target", "Logs_20140328.PutLogEvents");
const JSON: (&str, &str) = ("content-type", "application/x-amz-json-1.1");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// One valid request and every mutant of it, by the name of what was done to it.
struct Brood {
    name: &'static str,
    parent: Request,
    signature: String,
    body_signed: bool,
    mutants: BTreeMap<String, Request>,
}

fn parents() -> Vec<Brood> {
    let with = |service: &str, token: Option<&str>, expires_s: Option<u64>| {
        let token = token.map(str::to_owned);
        Signer { token, expires_s, ..Signer::new(service) }
    };
    let odd = [("my-list", "b"), ("my-list", "a"), ("my-text", "one two"), ("x-amz-meta-a", "")];
    let body = r#"{"logGroupName":"g","logEvents":[]}"#;
    let form = "Action=GetUser&Version=2010-05-08&UserName=a+b";
    let query = "/a%20b/c?Key=v%20w&Key=v&flag&plus=a%2Bb";
    [
        ("json", with("logs", None, None), request("POST", "/", &[JSON, TARGET], body)),
        ("token", with("logs", Some("tok+en=="), None), request("POST", "/", &[TARGET], body)),
        ("form", with("iam", None, None), request("POST", "/", &[FORM], form)),
        ("rest", with("xray", None, None), request("GET", query, &odd, "")),
        ("s3", with("s3", Some("token"), None), request("PUT", query, &odd, "hello")),
        ("sts link", with("sts", None, Some(60)), request("GET", "/?Action=A", &[], "")),
        ("s3 link", with("s3", Some("tok/en"), Some(60)), request("GET", query, &odd, "")),
    ]
    .into_iter()
    .map(|(name, signer, request)| Brood::new(name, &signer, &request))
    .collect()
}

#[test]
fn every_mutant_of_a_valid_request_is_refused() {
    let mut refused = BTreeSet::new();
    for mut brood in parents() {
        assert!(verify(&brood.parent).is_ok(), "{}", brood.name);
        brood.breed();
        for (deed, mutant) in &brood.mutants {
            let name = brood.name;
            assert!(verify(mutant).is_err(), "accepted: {name}, {deed}: {}", show(mutant));
            refused.insert(show(mutant));
        }
    }
    let count = refused.len();
    assert!(count >= 900, "only {count} different mutants");
}

fn show(request: &Request) -> String {
    let Request { method, target, headers, body, .. } = request;
    format!("{method} {target} {headers:?} {body:?}")
}

impl Brood {
    fn new(name: &'static str, signer: &Signer, request: &Request) -> Self {
        let (parent, signature) = signer.sign(request);
        let body_signed = !(signer.service == "s3" && signer.expires_s.is_some());
        Self { name, parent, signature, body_signed, mutants: BTreeMap::new() }
    }

    fn breed(&mut self) {
        self.methods();
        self.paths();
        self.parameters();
        self.headers();
        self.strange_headers();
        self.bodies();
        self.signatures();
        self.signed_headers();
        self.scopes();
        self.dates();
        self.fields();
    }

    /// Keeps a mutant that differs from its parent.
    fn add(&mut self, deed: String, change: impl FnOnce(&mut Request)) {
        let mut mutant = self.parent.clone();
        change(&mut mutant);
        if show(&mutant) != show(&self.parent) {
            assert!(self.mutants.insert(deed.clone(), mutant).is_none(), "{deed} twice");
        }
    }
}
