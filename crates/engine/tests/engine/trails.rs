//! Which trails hold a record is decided when it comes in, and stays.

use crate::call::{MARCH, account, recorded, somebody, uuid};
use crate::home::commit;
use crate::lab::Lab;
use crate::rows::rows;
use engine::{Engine, Search};
use model::resource::{
    AdvancedEventSelector, BillingMode, DataResource, DeliveryStatus, EventDataStore,
    EventSelector, ReadWriteType, Trail, TrailSelectors,
};
use model::{AccountId, Change, Effect, Origin, Record};
use std::cell::Cell;

/// A trail of somebody's that logs management events of `us-east-1`.
fn trail(number: u64) -> Trail {
    let (name, region) = (format!("trail-{number}"), "us-east-1".to_owned());
    let trail = Trail::new(uuid(number), name, somebody(), region, MARCH);
    Trail { bucket: "audit".to_owned(), logging: true, started: Some(MARCH), ..trail }
}

fn apply(engine: &Engine, changes: Vec<Change>) {
    let effect = Effect { changes, ..Effect::default() };
    engine.commit(move |_| ((), effect)).wait().unwrap().into_inner();
}

fn put(engine: &Engine, trails: impl IntoIterator<Item = Trail>) {
    apply(engine, trails.into_iter().map(Change::TrailPut).collect());
}

fn held(engine: &Engine, trail: u64) -> usize {
    let question = Search { store: Some(uuid(trail)), ..Search::default() };
    rows(engine, &question, 1_000).unwrap().len()
}

/// A call as this server records it.
struct Event {
    owner: AccountId,
    source: &'static str,
    name: &'static str,
    region: &'static str,
    category: &'static str,
    read_only: bool,
    invoked_by: Option<&'static str>,
    bucket: &'static str,
}

/// A call of the control plane.
const MANAGEMENT: &str = "Management";

impl Event {
    fn new(source: &'static str, name: &'static str, region: &'static str) -> Self {
        Self {
            owner: somebody(),
            source,
            name,
            region,
            category: MANAGEMENT,
            read_only: false,
            invoked_by: None,
            bucket: "somewhere",
        }
    }

    /// A file of a trail that comes into a bucket.
    fn delivery(bucket: &'static str) -> Self {
        let invoked_by = Some("cloudtrail.amazonaws.com");
        let category = "Data";
        Self { category, invoked_by, bucket, ..Self::new(S3, "PutObject", HOME) }
    }

    fn record(&self) -> Record {
        thread_local!(static COUNT: Cell<u64> = const { Cell::new(1) });
        let number = COUNT.with(|count| count.replace(count.get() + 1));
        let identity = match self.invoked_by {
            Some(service) => format!(r#"{{"type":"AWSService","invokedBy":"{service}"}}"#),
            None => r#"{"type":"IAMUser"}"#.to_owned(),
        };
        let Self { source, name, region, category, read_only, bucket, owner, .. } = self;
        let json = format!(
            r#"{{"userIdentity":{identity},"eventTime":"{MARCH}","eventSource":"{source}",
            "eventName":"{name}","awsRegion":"{region}",
            "requestParameters":{{"key":"a","bucketName":"{bucket}"}},"readOnly":{read_only},
            "resources":[{{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::{bucket}/a"}}],
            "eventID":"{id}","eventCategory":"{category}"}}"#,
            id = uuid(number),
        );
        recorded(owner, MARCH, json.as_bytes())
    }
}

const HOME: &str = "us-east-1";
const AWAY: &str = "eu-west-1";
const S3: &str = "s3.amazonaws.com";
const IAM: &str = "iam.amazonaws.com";
const STS: &str = "sts.amazonaws.com";
const EC2: &str = "ec2.amazonaws.com";

fn send(engine: &Engine, events: &[Event]) {
    commit(engine, events.iter().map(Event::record).collect()).unwrap();
}

/// What some trails hold of some events.
fn check(trails: Vec<Trail>, events: &[Event], expected: &[usize]) {
    let engine = Lab::new().open();
    let numbers: Vec<u64> = (900..).take(trails.len()).collect();
    put(&engine, trails);
    send(&engine, events);
    let found: Vec<usize> = numbers.iter().map(|number| held(&engine, *number)).collect();
    assert_eq!(found, expected);
}

/// Selectors that choose every data event of S3, and all management events.
fn with_data() -> TrailSelectors {
    let values = vec!["arn:aws:s3".to_owned()];
    let resource = DataResource { kind: "AWS::S3::Object".to_owned(), values };
    TrailSelectors::Basic(vec![EventSelector {
        data_resources: vec![resource],
        ..EventSelector::default()
    }])
}

#[test]
fn a_trail_holds_what_came_while_it_was_logging() {
    let engine = Lab::new().open();
    let call = || Event::new(EC2, "RunInstances", HOME);
    put(&engine, [Trail { logging: false, ..trail(900) }]);
    send(&engine, &[call()]);
    put(&engine, [trail(900)]);
    send(&engine, &[call(), call()]);
    put(&engine, [Trail { logging: false, ..trail(900) }]);
    send(&engine, &[call(), call(), call()]);
    put(&engine, [trail(900)]);
    send(&engine, &[call()]);
    assert_eq!(held(&engine, 900), 3);
}

#[test]
fn who_starts_stops_or_deletes_a_trail_is_seen_in_it() {
    let engine = Lab::new().open();
    let stopped = || Trail { logging: false, ..trail(900) };
    let call = |name, change| {
        let record = Event::new("cloudtrail.amazonaws.com", name, HOME).record();
        let effect = Effect { changes: vec![change], records: vec![record], ..Effect::default() };
        engine.commit(move |_| ((), effect)).wait().unwrap().into_inner();
    };
    call("CreateTrail", Change::TrailPut(stopped()));
    assert_eq!(held(&engine, 900), 0);
    call("StartLogging", Change::TrailPut(trail(900)));
    assert_eq!(held(&engine, 900), 1);
    call("StopLogging", Change::TrailPut(stopped()));
    assert_eq!(held(&engine, 900), 2);
    call("UpdateTrail", Change::TrailPut(stopped()));
    assert_eq!(held(&engine, 900), 2);
    put(&engine, [trail(900)]);
    let nothing = vec![AdvancedEventSelector::of_category("data", "NetworkActivity")];
    let narrowed = Trail { selectors: TrailSelectors::Advanced(nothing), ..trail(900) };
    call("PutEventSelectors", Change::TrailPut(narrowed));
    assert_eq!(held(&engine, 900), 3);
    put(&engine, [trail(900)]);
    call("DeleteTrail", Change::TrailRemoved { arn: trail(900).arn().to_string() });
    assert_eq!(held(&engine, 900), 4);
    send(&engine, &[Event::new(EC2, "RunInstances", HOME)]);
    assert_eq!(held(&engine, 900), 4);
}

#[test]
fn a_trail_holds_its_home_region_or_all() {
    let everywhere = Trail { multi_region: true, ..trail(901) };
    let away = Trail { home_region: AWAY.to_owned(), ..trail(902) };
    let events = [HOME, HOME, AWAY, "ap-south-1"].map(|region| Event::new(EC2, "Stop", region));
    check(vec![trail(900), everywhere, away], &events, &[2, 4, 1]);
}

#[test]
fn services_without_a_region_are_held_where_that_is_asked_for() {
    let without = Trail { include_global: false, ..trail(901) };
    let everywhere = Trail { multi_region: true, ..trail(902) };
    let away = Trail { home_region: AWAY.to_owned(), ..trail(903) };
    let events = [
        Event::new(IAM, "CreateUser", HOME),
        Event::new(STS, "GetCallerIdentity", HOME),
        Event::new("cloudfront.amazonaws.com", "CreateDistribution", HOME),
        Event::new(EC2, "RunInstances", HOME),
    ];
    check(vec![trail(900), without, everywhere, away], &events, &[4, 1, 4, 0]);
}

#[test]
fn a_global_service_at_an_endpoint_of_a_region_is_like_any_other() {
    let away = |number, include_global| Trail {
        home_region: AWAY.to_owned(),
        include_global,
        ..trail(number)
    };
    check(vec![away(900, true), away(901, false)], &[Event::new(STS, "AssumeRole", AWAY)], &[1, 1]);
}

#[test]
fn selectors_of_both_kinds_decide() {
    let writes =
        EventSelector { read_write_type: ReadWriteType::WriteOnly, ..EventSelector::default() };
    let basic = Trail { selectors: TrailSelectors::Basic(vec![writes]), ..trail(901) };
    let data = Trail { selectors: with_data(), ..trail(902) };
    let fields = r#"{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},
        {"Field":"resources.type","Equals":["AWS::S3::Object"]},
        {"Field":"eventName","StartsWith":["Put"]}]}"#;
    let puts = vec![serde_json::from_str(fields).unwrap()];
    let advanced = Trail { selectors: TrailSelectors::Advanced(puts), ..trail(903) };
    let events = [
        Event::new(EC2, "RunInstances", HOME),
        Event { read_only: true, ..Event::new(EC2, "DescribeInstances", HOME) },
        Event { category: "Data", ..Event::new(S3, "PutObject", HOME) },
        Event { category: "Data", read_only: true, ..Event::new(S3, "GetObject", HOME) },
        Event { category: "NetworkActivity", ..Event::new(S3, "GetObject", HOME) },
    ];
    check(vec![trail(900), basic, data, advanced], &events, &[2, 1, 4, 1]);
}

#[test]
fn a_trail_holds_the_calls_of_its_account_only() {
    let other = Event { owner: account("999988887777"), ..Event::new(EC2, "Stop", HOME) };
    let others = Trail { account: account("999988887777"), ..trail(901) };
    check(vec![trail(900), others], &[other], &[0, 1]);
}

#[test]
fn files_that_come_into_a_trails_own_bucket_do_not_come_into_its_files() {
    let own = Trail { selectors: with_data(), ..trail(900) };
    let another = Trail { bucket: "elsewhere".to_owned(), ..own.clone() };
    let another = Trail { id: uuid(901), name: "another".to_owned(), ..another };
    let somebodys =
        Event { category: "Data", bucket: "audit", ..Event::new(S3, "PutObject", HOME) };
    check(vec![own.clone(), another.clone()], &[Event::delivery("audit")], &[0, 1]);
    check(vec![own.clone(), another.clone()], &[Event::delivery("elsewhere")], &[1, 0]);
    check(vec![own, another], &[somebodys], &[1, 1]);
}

#[test]
fn what_was_not_recorded_here_joins_no_trail() {
    let engine = Lab::new().open();
    put(&engine, [trail(900)]);
    let event = || Event::new(EC2, "RunInstances", HOME).record();
    let imported = Record { origin: Origin::Imported, ..event() };
    let from_outside = Record { origin: Origin::Put, ..event() };
    commit(&engine, vec![imported, from_outside, event()]).unwrap();
    assert_eq!(held(&engine, 900), 1);
}

#[test]
fn stores_and_trails_stand_side_by_side_in_order() {
    let engine = Lab::new().open();
    let store = |number| EventDataStore {
        id: uuid(number),
        name: format!("store-{number}"),
        account: somebody(),
        region: HOME.to_owned(),
        selectors: vec![AdvancedEventSelector::of_category("all", MANAGEMENT)],
        multi_region: true,
        retention_days: 366,
        billing: BillingMode::ExtendableRetentionPricing,
        protected: false,
        ingesting: true,
        deleted: None,
        created: MARCH,
        updated: MARCH,
        tags: Default::default(),
    };
    apply(&engine, vec![Change::EventDataStorePut(store(901)), Change::TrailPut(trail(902))]);
    apply(&engine, vec![Change::EventDataStorePut(store(903)), Change::TrailPut(trail(900))]);
    send(&engine, &[Event::new(EC2, "RunInstances", HOME)]);
    assert_eq!([900, 901, 902, 903].map(|number| held(&engine, number)), [1; 4]);
}

#[test]
fn trails_and_what_became_of_their_deliveries_survive_crashes() {
    let mut lab = Lab::new();
    let mut engine = lab.open();
    put(&engine, [trail(900), Trail { multi_region: true, ..trail(901) }]);
    let mut status = DeliveryStatus::default();
    status.files.note(MARCH, Ok(()));
    let put_status = |trail| Change::DeliveryStatusPut {
        trail: uuid(trail),
        region: AWAY.to_owned(),
        status: status.clone(),
    };
    apply(&engine, vec![put_status(900), put_status(901), put_status(999)]);
    apply(&engine, vec![Change::TrailRemoved { arn: trail(900).arn().to_string() }]);
    engine = lab.crash(engine);
    let state = engine.state();
    assert_eq!(state.trails().count(), 1);
    assert_eq!(state.trail_by_id(&uuid(901)).unwrap().name, "trail-901");
    assert_eq!(state.delivery_status(&uuid(901), AWAY), status);
    assert_eq!(state.delivery_status(&uuid(901), HOME), DeliveryStatus::default());
    assert_eq!(state.delivery_status(&uuid(900), AWAY), DeliveryStatus::default());
    assert_eq!(state.trails_seen(&somebody(), AWAY).count(), 1);
    assert!(state.trail_at_home(&somebody(), HOME, "trail-901").is_some());
    assert!(state.trail_at_home(&somebody(), AWAY, "trail-901").is_none());
}
