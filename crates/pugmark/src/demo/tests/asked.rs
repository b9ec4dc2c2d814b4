//! The ten questions again, asked of an engine that holds the story, through the operations that
//! people ask them by.

use super::super::cast::{
    CAROL_SESSION_KEY, EXPORTS_BUCKET, INTRUDER_ADDRESS, LEAKED_KEY, METRICS_KEY, PAYMENTS_KEY,
    PIPELINE_ADDRESS, RELEASE_KEY, SECOND_ADDRESS,
};
use super::story;
use engine::{
    Attribute, Ending, Engine, Entity, EntityAsk, EntityKind, ExplainAsk, Facet, Facets, FacetsAsk,
    HistogramAsk, Match, Node, Search, Session, SessionAsk, Settings, Term, UnusedAsk, UnusedKind,
    Value,
};
use model::{AccountId, TimeRange, Timestamp};

/// A moment of the night.
fn at(time: &str) -> Timestamp {
    Timestamp::parse(&format!("2026-11-18T{time}Z")).unwrap()
}

struct Lake {
    engine: Engine,
    _directory: tempfile::TempDir,
}

impl Lake {
    fn of_the_story() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let engine = Engine::open(directory.path(), Settings::default()).unwrap().engine;
        let records = story().records();
        let records =
            records.map(|(owner, line)| (AccountId::parse(owner).unwrap(), line.into_bytes()));
        assert_eq!(engine.import_records("demo", records).unwrap().added, 124_878);
        Self { engine, _directory: directory }
    }

    fn session(&self, value: &str) -> Session {
        let ask = SessionAsk { value: value.to_owned(), ..SessionAsk::default() };
        self.engine.session(&ask).unwrap()
    }

    fn entity(&self, value: &str, kind: Option<EntityKind>) -> Entity {
        let ask = EntityAsk {
            value: value.to_owned(),
            kind,
            recent: Some(at("00:00:00")),
            top: Some(100),
            ..EntityAsk::default()
        };
        self.engine.entity(&ask).unwrap()
    }

    fn facets(&self, terms: Vec<Term>, times: TimeRange, facets: &[Facet]) -> Facets {
        let search = Search { terms, times, ..Search::default() };
        let ask = FacetsAsk { search, facets: facets.to_vec(), top: Some(100) };
        self.engine.facets(&ask).unwrap()
    }
}

fn asked(session: &Session) -> &Node {
    let mut asked = session.nodes.iter().filter(|node| node.asked);
    let node = asked.next().unwrap();
    assert!(asked.next().is_none() && !session.more);
    node
}

fn find<'a>(values: &'a [Value], wanted: &str) -> &'a Value {
    values.iter().find(|it| it.value == wanted).unwrap_or_else(|| panic!("{wanted}: {values:#?}"))
}

fn facet(entity: &Entity, facet: Facet) -> &[Value] {
    &entity.facets.iter().find(|it| it.facet == facet).unwrap().values
}

#[test]
fn the_ten_questions_have_their_answers() {
    let lake = Lake::of_the_story();
    first_misuse(&lake);
    who_is_it(&lake);
    reconnaissance(&lake);
    objects_taken(&lake);
    other_loss(&lake);
    what_persists(&lake);
    was_logging_blinded(&lake);
    and_carol(&lake);
    when_contained(&lake);
    a_rule_on_stop_logging(&lake);
    what_differs(&lake);
    what_nobody_uses(&lake);
    lake.engine.close();
}

fn first_misuse(lake: &Lake) {
    let key = lake.entity(LEAKED_KEY, None);
    assert_eq!(key.kind, Some(EntityKind::Key));
    assert!(!key.new);
    let from = facet(&key, Facet::SourceIp);
    assert_eq!(from.len(), 2);
    assert!(!find(from, PIPELINE_ADDRESS).new);
    let stranger = find(from, INTRUDER_ADDRESS);
    assert!(stranger.new);
    assert_eq!(stranger.figures.first, Some(at("02:13:07")));
}

fn who_is_it(lake: &Lake) {
    let session = lake.session(PAYMENTS_KEY);
    let node = asked(&session);
    let chain = ["ci-deployer", "ReleaseRole/build-7731", "PaymentsDeploy/build-7731"];
    assert_eq!(node.chain, chain);
    assert_eq!(node.root, "arn:aws:iam::123456789012:user/ci-deployer");
    assert_eq!((node.ending, node.inferred), (Some(Ending::Root), false));
    let edge = node.edge.as_ref().unwrap();
    let owners: Vec<&str> = edge.records.iter().map(|it| it.owner.as_str()).collect();
    assert_eq!(owners, ["123456789012", "444455556666"], "both accounts' records of one call");
    assert!(!edge.shared_event_id.is_empty() && !edge.disputed);
    assert_eq!(edge.at, at("02:26:12"));
    let names: Vec<&str> = session.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, chain);
    // By the session's name there are two, one below the other; by an event it is the same.
    let named = lake.session("build-7731");
    assert_eq!(named.nodes.iter().filter(|node| node.asked).count(), 2);
    let event = &edge.records[0].event_id;
    assert_eq!(asked(&lake.session(event)).name, "ReleaseRole/build-7731");
}

fn reconnaissance(lake: &Lake) {
    let terms = vec![
        Term::is(Attribute::AccessKeyId, LEAKED_KEY),
        Term::is(Attribute::SourceIp, INTRUDER_ADDRESS),
    ];
    let times = TimeRange { start: at("02:13:31"), end: at("02:19:59") };
    let recon = lake.facets(terms, times, &[Facet::Region]);
    assert_eq!((recon.total.records, recon.total.denied), (23, 20));
    assert_eq!(recon.facets[0].distinct, 17);
}

fn objects_taken(lake: &Lake) {
    let session = lake.session(PAYMENTS_KEY);
    let node = asked(&session);
    assert_eq!(find(&node.actions, "s3:GetObject").figures.records, 4_812);
    assert_eq!(node.read, node.did.records, "all of it was read");
    let moved = node.transfers.iter().find(|it| it.event_name == "GetObject").unwrap();
    assert_eq!((moved.records, moved.bytes_out), (4_812, 9_624_000_000));
    let got = find(&node.actions, "s3:GetObject").figures;
    assert_eq!(got.last, Some(at("02:58:59")));
}

fn other_loss(lake: &Lake) {
    let session = lake.session(PAYMENTS_KEY);
    let node = asked(&session);
    assert_eq!(find(&node.actions, "ec2:ModifySnapshotAttribute").figures.records, 1);
    let secrets = find(&node.actions, "secretsmanager:GetSecretValue").figures;
    assert_eq!((secrets.records, secrets.denied), (2, 1));
    let snapshot = lake.entity("snap-0f1e2d3c4b5a69788", None);
    assert_eq!((snapshot.kind, snapshot.new), (Some(EntityKind::Resource), true));
    assert_eq!(snapshot.figures.last, Some(at("03:09:41")));
    let shared = Term::is(Attribute::EventName, "ModifySnapshotAttribute");
    let search = Search { terms: vec![shared], ..Search::default() };
    let page = lake.engine.search(&search).unwrap();
    let record = String::from_utf8_lossy(&page.rows[0].bytes);
    assert!(record.contains("777788889999"), "{record}");
}

fn what_persists(lake: &Lake) {
    let session = lake.session(METRICS_KEY);
    let node = asked(&session);
    assert_eq!(node.chain, ["svc-metrics"]);
    let made = node.made.as_ref().unwrap();
    assert_eq!(
        (made.by.as_str(), made.by_key.as_str()),
        ("PaymentsDeploy/build-7731", PAYMENTS_KEY)
    );
    assert_eq!(made.at, at("02:29:12"));
    let ingress = find(&node.actions, "ec2:AuthorizeSecurityGroupIngress").figures;
    assert_eq!((ingress.records, ingress.denied, ingress.failed), (1, 0, 0));
    assert!(node.resources.iter().any(|it| it.value == "sg-0a1b2c3d4e5f60718"));
    let user = lake.entity("svc-metrics", Some(EntityKind::Resource));
    assert_eq!(find(facet(&user, Facet::Action), "iam:CreateUser").figures.records, 1);
    assert!(facet(&user, Facet::Action).iter().all(|it| it.value != "iam:DeleteUser"));
}

fn was_logging_blinded(lake: &Lake) {
    let times = TimeRange { start: at("00:00:00"), end: at("23:59:59") };
    let terms = |name| vec![Term::is(Attribute::EventName, name)];
    let facets = [Facet::AccessKey, Facet::Outcome];
    let stopped = lake.facets(terms("StopLogging"), times, &facets);
    assert_eq!((stopped.total.records, stopped.total.denied), (2, 1));
    let by_release = find(&stopped.facets[0].values, RELEASE_KEY).figures;
    assert_eq!((by_release.first, by_release.denied), (Some(at("02:33:02")), 0));
    let refused = find(&stopped.facets[0].values, PAYMENTS_KEY).figures;
    assert_eq!((refused.first, refused.denied), (Some(at("02:31:20")), 1));
    let started = lake.facets(terms("StartLogging"), times, &facets);
    assert_eq!(started.total.first, Some(at("06:05:10")));
    let trail = lake.entity("build-local", Some(EntityKind::Resource));
    assert_eq!(trail.figures.records, 2);
}

fn and_carol(lake: &Lake) {
    let session = lake.session(CAROL_SESSION_KEY);
    let node = asked(&session);
    assert_eq!(node.chain, ["carol", "PaymentsDeploy/inc-4711-carol"]);
    assert_eq!(node.actor.source_identity, "carol");
    assert_eq!((node.did.records, node.did.denied, node.did.failed), (12, 0, 0));
    assert_eq!(node.actions.len(), 1);
    assert_eq!(node.actions[0].value, "s3:GetObject");
}

fn when_contained(lake: &Lake) {
    let address = lake.entity(SECOND_ADDRESS, None);
    let last = facet(&address, Facet::Outcome).iter().find(|it| it.value == "ok").unwrap();
    assert_eq!(last.figures.last, Some(at("06:22:10")));
    let key = lake.entity(METRICS_KEY, Some(EntityKind::Resource));
    let shut = find(facet(&key, Facet::Action), "iam:UpdateAccessKey");
    assert_eq!(shut.figures.last, Some(at("06:41:55")));
}

fn a_rule_on_stop_logging(lake: &Lake) {
    let terms = vec![Term::is(Attribute::EventName, "StopLogging")];
    let all = lake.facets(terms.clone(), TimeRange::ALL, &[Facet::Principal]);
    assert_eq!((all.total.records, all.total.denied), (3, 1));
    let carol = find(&all.facets[0].values, "arn:aws:iam::123456789012:user/carol").figures;
    assert_eq!(carol.first, Timestamp::parse("2026-11-09T14:12:05Z"));
    let day_ms = 86_400_000;
    let search = Search { terms, ..Search::default() };
    let ask = HistogramAsk { search, bucket_ms: Some(day_ms), buckets: None };
    let histogram = lake.engine.histogram(&ask).unwrap();
    let full: Vec<u64> = histogram.buckets.iter().map(|it| it.records).filter(|n| *n > 0).collect();
    assert_eq!((full, histogram.total.records), (vec![1, 2], 3));
}

/// What is denied to the deployer differs from all else by the intruder's address.
fn what_differs(lake: &Lake) {
    let terms = vec![
        Term::is(Attribute::Who, "ci-deployer"),
        Term { what: Attribute::Failed, matches: Match::Is("true".to_owned()) },
    ];
    let ask = ExplainAsk { search: Search { terms, ..Search::default() }, ..ExplainAsk::default() };
    let explain = lake.engine.explain(&ask).unwrap();
    assert_eq!((explain.selected.records, explain.rest), (20, 124_858));
    let first = &explain.differences[0];
    assert_eq!((first.facet, first.value.as_str()), (Facet::SourceIp, INTRUDER_ADDRESS));
    assert_eq!(first.selected, 20);
    assert!(explain.differences.iter().all(|it| it.facet != Facet::Principal), "it was asked for");
}

/// Carol's Terraform has not touched a trail since; the keys of the story's end are all in use.
fn what_nobody_uses(lake: &Lake) {
    let ask = UnusedAsk { since: at("00:00:00"), limit: Some(1_000), ..UnusedAsk::default() };
    let unused = lake.engine.unused(&ask).unwrap();
    let of = |kind| unused.rows.iter().filter(move |row| row.kind == kind);
    let carols = of(UnusedKind::Permission).filter(|row| row.value.ends_with(":user/carol"));
    let actions: Vec<&str> = carols.map(|row| row.action.as_str()).collect();
    assert!(actions.contains(&"cloudtrail:StopLogging"), "{actions:?}");
    assert!(of(UnusedKind::Resource).all(|row| row.value != EXPORTS_BUCKET));
    assert!(of(UnusedKind::Key).all(|row| row.value != LEAKED_KEY));
    // Terraform looks at it every day.
    assert!(of(UnusedKind::Resource).all(|row| !row.value.contains("sandbox-trail")));
    assert_eq!(of(UnusedKind::Resource).count(), 1_000);
    assert!(of(UnusedKind::Resource).all(|row| row.figures.last < Some(at("00:00:00"))));
}
