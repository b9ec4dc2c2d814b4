//! Who is behind a key, against the truth: trees of sessions over three accounts, written as
//! records, shuffled, and spread over parts and tail.

use crate::call::Call;
use crate::dice::Dice;
use crate::sample::{Sample, owner};
use crate::search::World;
use lake::{Actor, Chain, Chains, DEPTH_MAX, Ending, Snapshot};
use model::{Seq, Timestamp};
use serde_json::{Value, json};

const ACCOUNTS: [&str; 3] = ["111122223333", "444455556666", "777788889999"];

/// Somebody with a key, as it really is.
#[derive(Clone, Debug)]
struct Truth {
    account: &'static str,
    identity: Value,
    key: String,
    /// Names from the root down to this one.
    names: Vec<String>,
    root: String,
}

impl Truth {
    fn user(n: usize, account: &'static str) -> Self {
        let (key, name) = (format!("AKIA{n:016}"), format!("user-{n}"));
        let arn = format!("arn:aws:iam::{account}:user/{name}");
        let identity = json!({"type": "IAMUser", "principalId": format!("AIDA{n}"), "arn": arn,
            "accountId": account, "accessKeyId": key, "userName": name});
        Self { account, identity, key, names: vec![name], root: arn }
    }

    /// Somebody without a key: a service, or a person who signed in elsewhere.
    fn keyless(n: usize, account: &'static str) -> Self {
        let (identity, name) = if n.is_multiple_of(2) {
            (json!({"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}), "ec2.amazonaws.com")
        } else {
            let identity = json!({"type": "WebIdentityUser", "principalId": "accounts.x.org:app:u",
                "userName": "u", "identityProvider": "accounts.x.org"});
            (identity, "u")
        };
        let (names, root) = (vec![name.to_owned()], name.to_owned());
        Self { account, identity, key: String::new(), names, root }
    }

    fn session(n: usize, account: &'static str, parent: &Self) -> Self {
        let (key, name) = (format!("ASIA{n:016}"), format!("Role{}/run-{n}", n % 7));
        let arn = format!("arn:aws:sts::{account}:assumed-role/{name}");
        let identity = json!({"type": "AssumedRole", "principalId": format!("AROA:run-{n}"),
            "arn": arn, "accountId": account, "accessKeyId": key});
        let names = [&parent.names[..], &[name]].concat();
        Self { account, identity, key, names, root: parent.root.clone() }
    }
}

fn record(n: usize, at_s: usize, of: &str, identity: &Value, more: &Value) -> Call {
    let at = Timestamp::from_seconds(1_700_000_000 + at_s as i64);
    let mut record = json!({"eventTime": at.to_string(), "eventName": "GetObject",
        "eventID": format!("22222222-0000-4000-8000-{n:012}"), "userIdentity": identity});
    let members = more.as_object().unwrap().clone();
    record.as_object_mut().unwrap().extend(members);
    let sample = Sample::of(record.to_string().as_bytes(), n as u64, at);
    Call { fields: Vec::new(), sample, owner: owner(of), seq: Seq(0) }
}

/// The records of `by` making `made`: one, or one in each account.
fn issue(calls: &mut Vec<Call>, at_s: usize, by: &Truth, made: &Truth) {
    let answer = json!({"eventName": "AssumeRole", "sharedEventID": format!("shared-{}", made.key),
        "responseElements": {"credentials": {"accessKeyId": made.key}}});
    calls.push(record(calls.len(), at_s, by.account, &by.identity, &answer));
    if by.account != made.account {
        let stranger = json!({"type": "AWSAccount", "accountId": by.account,
            "principalId": by.identity["principalId"]});
        calls.push(record(calls.len(), at_s, made.account, &stranger, &answer));
    }
}

/// A thousand sessions, up to six deep, each with a call of its own.
fn story(seed: u64) -> (Vec<Truth>, Vec<Call>) {
    let mut dice = Dice::new(seed);
    let mut people: Vec<Truth> = (0..40)
        .map(|n| match n % 8 {
            0 => Truth::keyless(n / 8, ACCOUNTS[n % 3]),
            _ => Truth::user(n, ACCOUNTS[n % 3]),
        })
        .collect();
    let mut calls = Vec::new();
    for n in 0..1_000 {
        let parents: Vec<&Truth> = people.iter().filter(|it| it.names.len() <= 6).collect();
        // The latest more often, so that chains grow.
        let from = parents.len().saturating_sub(*dice.pick(&[3, 40, 1_100]));
        let parent = parents[from + dice.below(parents.len() - from)].clone();
        let account = *dice.pick(&ACCOUNTS);
        let made = Truth::session(n, account, &parent);
        issue(&mut calls, n, &parent, &made);
        calls.push(record(calls.len(), n + 1, made.account, &made.identity, &json!({})));
        people.push(made);
    }
    assert!(people.iter().any(|it| it.names.len() == 7), "nobody is six deep");
    (people, calls)
}

fn told(chain: &Chain) -> Vec<String> {
    chain.issues.iter().rev().map(|issue| issue.link.actor.name().to_owned()).collect()
}

fn check(snapshot: &Snapshot, people: &[Truth]) -> usize {
    let chains = Chains::of(snapshot, None).unwrap();
    assert_eq!(chains.len(), 1_000);
    let mut right = 0;
    for it in people.iter().filter(|it| it.names.len() > 1) {
        let chain = snapshot.chain(&it.key, None).unwrap();
        assert_eq!(chain, chains.chain(&it.key));
        assert_eq!(told(&chain), it.names[..it.names.len() - 1], "{}", it.key);
        assert_eq!(chain.root(), Some(it.root.as_str()));
        assert_eq!(chains.root(&it.key).as_ref(), Some(&it.root));
        assert_eq!(chains.callers(&it.key), told(&chain));
        assert_eq!((chain.ending, chain.disputed()), (Ending::Root, false));
        right += 1;
    }
    right
}

#[test]
fn every_chain_is_the_true_one_in_whatever_order_records_come() {
    for seed in [1, 2, 3] {
        let (people, mut calls) = story(seed);
        Dice::new(seed + 10).shuffle(&mut calls);
        let world = World::new(calls, 0);
        assert_eq!(check(&world.before, &people), 1_000);
        assert_eq!(check(&world.after, &people), 1_000);
    }
}

/// As SQL does: by the actor of each row, told from the part's columns alone.
#[test]
fn every_row_of_a_part_tells_its_root_and_its_chain() {
    let (people, mut calls) = story(6);
    Dice::new(7).shuffle(&mut calls);
    let world = World::new(calls, 0);
    let chains = Chains::of(&world.after, None).unwrap();
    let mut told = 0;
    for part in world.after.parts.iter() {
        let mut actors = lake::Actors::of(part).unwrap();
        for row in 0..part.rows() {
            let actor = actors.at(row);
            let truth = people.iter().find(|it| !it.key.is_empty() && it.key == actor.access_key);
            if let Some(truth) = truth {
                assert_eq!(chains.root_identity(&actor), truth.root);
                assert_eq!(chains.session_chain(&actor), truth.names);
                told += 1;
            }
        }
    }
    assert!(told > 1_000, "{told}");
}

#[test]
fn the_copies_of_two_accounts_are_one_link_with_both_records() {
    let (_, mut calls) = story(4);
    let want = calls.iter().filter(|call| text(call).contains("\"AWSAccount\"")).count();
    Dice::new(5).shuffle(&mut calls);
    let world = World::new(calls, 0);
    let mut copies = 0;
    for n in 0..1_000 {
        let issue = world.after.issue_of(&format!("ASIA{n:016}"), None).unwrap().unwrap();
        assert!(issue.copies.len() <= 1 && !issue.disputed);
        assert!(issue.copies.iter().all(|copy| copy.actor.kind == "AWSAccount"));
        copies += issue.copies.len();
    }
    assert_eq!(copies, want);
    assert!(want > 100);
}

fn text(call: &Call) -> &str {
    std::str::from_utf8(&call.sample.bytes).unwrap()
}

#[test]
fn one_account_sees_its_own_records_only() {
    let (user, other) = (Truth::user(1, ACCOUNTS[0]), Truth::user(2, ACCOUNTS[1]));
    let first = Truth::session(1, ACCOUNTS[1], &user);
    let second = Truth::session(2, ACCOUNTS[1], &first);
    let mut calls = Vec::new();
    issue(&mut calls, 1, &user, &first);
    issue(&mut calls, 2, &first, &second);
    issue(&mut calls, 3, &other, &Truth::session(3, ACCOUNTS[1], &other));
    let world = World::new(calls, 0);
    let theirs = owner(ACCOUNTS[1]);
    let chain = world.after.chain(&second.key, Some(&theirs)).unwrap();
    assert_eq!(chain.ending, Ending::Unseen);
    assert_eq!(chain.root(), Some("AIDA1"), "the id is all that the other account is told");
    assert_eq!(chain, Chains::of(&world.after, Some(&theirs)).unwrap().chain(&second.key));
    let nothing = world.after.chain(&first.key, Some(&owner(ACCOUNTS[2]))).unwrap();
    assert_eq!((nothing.issues.len(), nothing.ending), (0, Ending::Unseen));
}

#[test]
fn circles_and_endless_chains_end() {
    let user = Truth::user(1, ACCOUNTS[0]);
    let (a, b) = (Truth::session(1, ACCOUNTS[0], &user), Truth::session(2, ACCOUNTS[0], &user));
    let mut calls = Vec::new();
    issue(&mut calls, 1, &a, &b);
    issue(&mut calls, 2, &b, &a);
    let own = Truth::session(3, ACCOUNTS[0], &user);
    issue(&mut calls, 3, &own, &own);
    let mut last = Truth::session(100, ACCOUNTS[0], &user);
    issue(&mut calls, 4, &user, &last);
    for n in 101..150 {
        let next = Truth::session(n, ACCOUNTS[0], &user);
        issue(&mut calls, n, &last, &next);
        last = next;
    }
    let world = World::new(calls, 0);
    let chain = |truth: &Truth| world.after.chain(&truth.key, None).unwrap();
    assert_eq!((chain(&a).issues.len(), chain(&a).ending), (2, Ending::Cycle));
    assert_eq!((chain(&own).issues.len(), chain(&own).ending), (1, Ending::Cycle));
    assert_eq!((chain(&last).issues.len(), chain(&last).ending), (DEPTH_MAX, Ending::Deep));
    assert_eq!(Chains::of(&world.after, None).unwrap().chain(&last.key), chain(&last));
}

#[test]
fn records_that_name_different_callers_are_disputed_and_read_alike_in_any_order() {
    let (one, other) = (Truth::user(1, ACCOUNTS[0]), Truth::user(2, ACCOUNTS[1]));
    let made = Truth::session(1, ACCOUNTS[1], &one);
    let mut calls = Vec::new();
    issue(&mut calls, 1, &one, &made);
    issue(&mut calls, 2, &other, &made);
    let mut roots = Vec::new();
    for seed in 0..6 {
        let mut calls = calls.clone();
        Dice::new(seed).shuffle(&mut calls);
        let chain = World::new(calls, 0).after.chain(&made.key, None).unwrap();
        assert!(chain.disputed());
        roots.push(chain.root().unwrap().to_owned());
    }
    roots.dedup();
    assert_eq!(roots, [one.root], "the earlier of two that tell as much");
}

#[test]
fn hidden_records_and_empty_keys_are_no_links() {
    let user = Truth::user(1, ACCOUNTS[0]);
    let made = Truth::session(1, ACCOUNTS[0], &user);
    let mut calls = Vec::new();
    issue(&mut calls, 1, &user, &made);
    calls[0].sample.traits.hidden = true;
    let empty = json!({"responseElements": {"credentials": {"accessKeyId": ""}}});
    calls.push(record(7, 1, ACCOUNTS[0], &user.identity, &empty));
    for copies in [1, 3] {
        // In the tail as well as in a part.
        let calls: Vec<Call> = calls.iter().cycle().take(2 * copies).cloned().collect();
        let world = World::new(calls, 0);
        assert!(Chains::of(&world.after, None).unwrap().is_empty());
        assert!(world.after.issue_of(&made.key, None).unwrap().is_none());
        assert!(world.after.issue_of("", None).unwrap().is_none());
    }
}

#[test]
fn a_federated_users_root_is_the_user_who_federated() {
    let issuer = "arn:aws:iam::111122223333:user/alice".to_owned();
    let arn = "arn:aws:sts::111122223333:federated-user/bob".to_owned();
    let actor = Actor { kind: "FederatedUser".to_owned(), arn, issuer, ..Actor::default() };
    assert_eq!(lake::root_of(&actor), actor.issuer);
    assert_eq!(actor.name(), "bob");
}
