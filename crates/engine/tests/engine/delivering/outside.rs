//! Buckets of others: what goes where, on whose road, and what is said of it afterwards.

use super::own::{bucket, keep, keys, object, step};
use super::{Desk, MINUTE_MS, trail};
use crate::call::{somebody, uuid};
use engine::{Archive, Delivered, Error, Outcome, Outside, destinations, verify_on};
use engine::{DestinationProblem, Engine, Fresh, Settings};
use model::resource::{OutsideBucket, Trail};
use model::{AccountId, Change};
use std::sync::Arc;

fn elsewhere(name: &str) -> OutsideBucket {
    let (name, region) = (name.to_owned(), "us-east-1".to_owned());
    OutsideBucket { name, region, accounts: vec![somebody()] }
}

/// A desk whose configuration names the bucket `elsewhere`, and a trail that delivers into it
/// beside one that delivers into `audit` of ours.
fn desk() -> Desk {
    let mut desk = Desk::new();
    configure(&mut desk, &["elsewhere"]);
    let mut desk = desk.crash();
    keep(&desk, &bucket(somebody(), trail(1).arn().as_str()));
    desk.start(1);
    let other = super::started(trail(2), desk.now());
    desk.put(&Trail { bucket: "elsewhere".to_owned(), ..other });
    desk.call(2, "us-east-1");
    desk
}

fn configure(desk: &mut Desk, names: &[&str]) {
    let archive: Arc<dyn Archive> = Arc::new(desk.archive.clone());
    let buckets = names.iter().map(|name| elsewhere(name)).collect();
    desk.lab.settings.outside = Some(Outside { buckets, archive });
}

fn step_outside(desk: &mut Desk) -> Delivered {
    desk.delivery.step_outside(&desk.archive, "elsewhere").unwrap()
}

fn status(desk: &Desk, number: u64) -> Option<String> {
    let status = desk.engine.state().delivery_status(&uuid(number), "us-east-1");
    status.files.error
}

#[test]
fn each_file_goes_on_one_road() {
    let mut desk = desk();
    assert_eq!(step(&mut desk).put, 1, "the one for our bucket");
    assert_eq!(desk.archive.objects().len(), 0);
    assert_eq!(step_outside(&mut desk).put, 1);
    assert_eq!(step_outside(&mut desk), Delivered::default());
    let outside = desk.archive.objects();
    let places: Vec<&str> = outside.keys().map(|(bucket, _)| bucket.as_str()).collect();
    assert_eq!((keys(&desk).len(), places), (1, vec!["elsewhere"]));
}

#[test]
fn a_refusal_outside_keeps_nobody_here_waiting_and_the_backlog_follows() {
    let mut desk = desk();
    desk.archive.refuse(Some("AccessDenied"));
    assert_eq!((step(&mut desk).put, step_outside(&mut desk).refused), (1, 1));
    assert_eq!(status(&desk, 2).as_deref(), Some("AccessDenied"));
    assert_eq!(status(&desk, 1), None);
    for _ in 0..3 {
        desk.call(1, "us-east-1");
        desk.lab.env.advance(MINUTE_MS);
        assert_eq!(step(&mut desk).put, 1);
        step_outside(&mut desk);
    }
    let mut desk = desk.crash();
    desk.archive.refuse(None);
    assert_eq!(step_outside(&mut desk).put, 4);
    assert_eq!((keys(&desk).len(), desk.archive.logs().len()), (4, 4));
    assert_eq!((status(&desk, 2), desk.archive.rewritten()), (None, Vec::new()));
    assert!(desk.lab.files("delivery").is_empty(), "nothing stays behind");
}

#[test]
fn files_of_two_trails_with_the_same_bytes_do_not_take_them_from_each_other() {
    let mut desk = desk();
    // One thread plans both and puts its own; the same bytes wait for the other thread.
    assert_eq!(step(&mut desk).put, 1);
    assert_eq!(desk.lab.files("delivery").len(), 1);
    assert_eq!(step_outside(&mut desk).put, 1);
    assert!(desk.lab.files("delivery").is_empty());
}

#[test]
fn digests_list_what_was_put_outside_and_lie_there_too() {
    let mut desk = desk();
    step(&mut desk);
    step_outside(&mut desk);
    desk.lab.env.advance(super::HOUR_MS);
    step(&mut desk);
    assert_eq!(step_outside(&mut desk).put, 1);
    let digests = desk.archive.digests();
    let text = String::from_utf8(digests[0].1.text()).unwrap();
    let (log, _) = &desk.archive.logs()[0];
    assert!(text.contains(log.as_str()) && text.contains(r#""s3Bucket":"elsewhere""#), "{text}");
    assert_eq!(digests[0].1.metadata.len(), 2);
}

#[test]
fn verification_says_what_it_did_not_look_at() {
    let mut desk = desk();
    step(&mut desk);
    step_outside(&mut desk);
    desk.engine.settle();
    let report = verify_on(&desk.lab.disk);
    assert_eq!((report.outcome(), report.checked.delivered), (Outcome::Proved, 1), "{report:?}");
    let note = report.notes.iter().find(|note| note.contains("s3://elsewhere")).unwrap();
    assert!(note.starts_with("not looked at: 1 files and digests"), "{note}");
}

#[test]
fn what_was_put_here_is_looked_for_here_whatever_is_configured_later() {
    let mut desk = desk();
    step(&mut desk);
    let removed = Fresh::removed(&object(&desk, "/CloudTrail/"));
    let bucket = Change::BucketRemoved { name: "audit".to_owned() };
    desk.commit(vec![removed, bucket], Vec::new());
    configure(&mut desk, &["audit"]);
    let desk = desk.crash();
    desk.engine.settle();
    let report = verify_on(&desk.lab.disk);
    assert!(report.flaws.iter().any(|flaw| flaw.found.contains("no such bucket")), "{report:?}");
}

#[test]
fn a_name_means_one_bucket() {
    let mut desk = desk();
    configure(&mut desk, &["audit", "elsewhere"]);
    let Desk { lab, engine, delivery, .. } = desk;
    drop((delivery, engine));
    let disk: Arc<dyn model::disk::Disk> = Arc::new(lab.disk.clone());
    let refused = Engine::simulated(disk, lab.settings.clone(), lab.env.clone()).unwrap_err();
    assert!(matches!(&refused, Error::BucketHere { name, .. } if name == "audit"), "{refused}");
}

#[test]
fn the_configuration_is_kept_until_a_server_is_told_another() {
    let mut desk = desk();
    assert_eq!(desk.engine.state().outside_bucket("elsewhere"), Some(&elsewhere("elsewhere")));
    desk.lab.settings = Settings { outside: None, ..desk.lab.settings };
    let mut desk = desk.crash();
    assert!(desk.engine.state().outside_bucket("elsewhere").is_some(), "nothing was said");
    assert_eq!(step(&mut desk).refused, 0, "its files wait");
    configure(&mut desk, &[]);
    let mut desk = desk.crash();
    assert_eq!(desk.engine.state().outside_bucket("elsewhere"), None);
    step(&mut desk);
    assert_eq!(status(&desk, 2).as_deref(), Some("NoSuchBucket"));
}

#[test]
fn trails_of_named_accounts_may_deliver_with_keys_and_names_that_can_be() {
    let desk = desk();
    let (state, now) = (desk.engine.state(), desk.now());
    let good = Trail { bucket: "elsewhere".to_owned(), ..trail(3) };
    let check = |trail: &Trail| destinations::check(&state, trail, now);
    assert_eq!(check(&good), Ok(()));
    let stranger = AccountId::parse("999999999999").unwrap();
    let refused = check(&Trail { account: stranger, ..good.clone() });
    assert!(matches!(refused, Err(DestinationProblem::BucketPolicy(_))), "{refused:?}");
    let nowhere = check(&Trail { bucket: "nowhere".to_owned(), ..good.clone() });
    assert_eq!(nowhere, Err(DestinationProblem::NoBucket));
    for prefix in ["/a", "a/", "a//b"] {
        let refused = check(&Trail { prefix: Some(prefix.to_owned()), ..good.clone() });
        assert!(matches!(refused, Err(DestinationProblem::Prefix(_))), "{prefix}: {refused:?}");
    }
    assert_eq!(check(&Trail { prefix: Some("a/b".to_owned()), ..good.clone() }), Ok(()));
    let key = |arn: &str| {
        let arn = destinations::key_arn(&state, &good, arn, now)?;
        check(&Trail { kms_key: Some(arn.to_string()), ..good.clone() })
    };
    assert_eq!(key("arn:aws:kms:us-east-1:999999999999:key/k"), Ok(()));
    let elsewhere = key("arn:aws:kms:eu-west-1:999999999999:alias/k");
    assert_eq!(elsewhere, Err(DestinationProblem::KeyElsewhere));
    for bad in ["k", "alias/k", "arn:aws:kms:us-east-1:1:key/k", "arn:aws:s3:::audit"] {
        assert!(matches!(key(bad), Err(DestinationProblem::NoKeyName(_))), "{bad}");
    }
}
