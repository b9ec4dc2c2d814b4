//! Which event data stores hold a record is decided when it comes in, and stays.

use crate::call::{Call, MARCH, account, somebody, uuid};
use crate::home::{Home, record};
use crate::lab::{DAY_MS, Lab};
use crate::logs::{Logs, calls, import};
use crate::rows::rows;
use engine::{Engine, ImportRequest, Search, Table};
use model::resource::{
    AdvancedEventSelector, BillingMode, Channel, ContextKeySelector, ContextKind,
    EventConfiguration, EventDataStore, FieldSelector, MaxEventSize, StoreStatus,
};
use model::{AccountId, Body, Change, Effect, Origin, Record, Timestamp};

/// A store of somebody's that takes management events of all regions.
pub(crate) fn store(number: u64) -> EventDataStore {
    EventDataStore {
        id: uuid(number),
        name: format!("store-{number}"),
        account: somebody(),
        region: "us-east-1".to_owned(),
        selectors: vec![AdvancedEventSelector::of_category("all", "Management")],
        multi_region: true,
        retention_days: 366,
        billing: BillingMode::ExtendableRetentionPricing,
        protected: false,
        ingesting: true,
        deleted: None,
        created: MARCH,
        updated: MARCH,
        tags: Default::default(),
    }
}

fn apply(engine: &Engine, changes: Vec<Change>) {
    let effect = Effect { changes, ..Effect::default() };
    engine.commit(move |_| ((), effect)).wait().unwrap().into_inner();
}

fn put(engine: &Engine, store: EventDataStore) {
    apply(engine, vec![Change::EventDataStorePut(store)]);
}

fn held(engine: &Engine, store: u64) -> usize {
    let question = Search { store: Some(uuid(store)), ..Search::default() };
    rows(engine, &question, 1_000).unwrap().len()
}

/// A record as a channel makes it.
fn event(owner: &AccountId, number: u64, stores: Option<&str>) -> Record {
    let (id, at) = (uuid(number), Call::new(number).time);
    let json =
        format!(r#"{{"eventCategory":"ActivityAuditLog","eventID":"{id}","eventTime":"{at}"}}"#);
    Record {
        owner: owner.clone(),
        origin: Origin::Put,
        ingested: at,
        stores: stores.map(Into::into),
        body: Body::ApiCall(json.as_bytes().into()),
    }
}

fn send(engine: &Engine, records: Vec<Record>) {
    crate::home::commit(engine, records).unwrap();
}

fn puts(engine: &Engine) -> usize {
    let question = Search {
        terms: vec![engine::Term::is(engine::Attribute::Origin, "put")],
        include_hidden: true,
        ..Search::default()
    };
    rows(engine, &question, 1_000).unwrap().len()
}

#[test]
fn a_store_holds_what_came_while_it_took_records() {
    let engine = Lab::new().open();
    record(&engine, 0..3);
    put(&engine, store(900));
    record(&engine, 3..8);
    put(&engine, EventDataStore { ingesting: false, ..store(900) });
    record(&engine, 8..20);
    put(&engine, store(900));
    record(&engine, 20..21);
    assert_eq!(held(&engine, 900), 6);
    assert_eq!(rows(&engine, &Search::default(), 1_000).unwrap().len(), 21);
}

#[test]
fn selectors_regions_and_accounts_decide() {
    let engine = Lab::new().open();
    let names = FieldSelector {
        field: "eventName".to_owned(),
        starts_with: vec!["Get".to_owned()],
        ..FieldSelector::default()
    };
    let mut gets = store(901);
    gets.selectors[0].field_selectors.push(names);
    let here = EventDataStore { multi_region: false, ..store(902) };
    let region = "eu-west-1".to_owned();
    let elsewhere = EventDataStore { multi_region: false, region, ..store(903) };
    let others = EventDataStore { account: account("999988887777"), ..store(904) };
    for made in [gets, here, elsewhere, others] {
        put(&engine, made);
    }
    record(&engine, 0..5);
    let get = Call { name: "GetObject", ..Call::new(5) };
    send(&engine, vec![get.record(engine.env().now())]);
    assert_eq!([901, 902, 903, 904].map(|id| held(&engine, id)), [1, 6, 0, 0]);
}

#[test]
fn changed_selectors_do_not_change_the_past() {
    let engine = Lab::new().open();
    put(&engine, store(900));
    record(&engine, 0..4);
    let selectors = vec![AdvancedEventSelector::of_category("other", "Insight")];
    put(&engine, EventDataStore { selectors, ..store(900) });
    record(&engine, 4..9);
    assert_eq!(held(&engine, 900), 4);
}

#[test]
fn a_store_and_a_record_of_one_frame_know_each_other() {
    let engine = Lab::new().open();
    let made = Change::EventDataStorePut(store(900));
    let call = Call::new(1).record(engine.env().now());
    let effect = Effect { changes: vec![made], records: vec![call], ..Effect::default() };
    engine.commit(move |_| ((), effect)).wait().unwrap().into_inner();
    assert_eq!(held(&engine, 900), 1);
}

#[test]
fn membership_survives_crashes_sealing_and_merging() {
    let mut lab = Lab::new();
    let mut engine = lab.open();
    put(&engine, store(900));
    put(&engine, store(901));
    for round in 0..4 {
        record(&engine, round * 10..round * 10 + 5);
        put(&engine, EventDataStore { ingesting: round % 2 == 1, ..store(901) });
        engine = lab.crash(engine);
        record(&engine, round * 10 + 5..round * 10 + 10);
        engine.seal().unwrap();
    }
    let before = (held(&engine, 900), held(&engine, 901));
    assert_eq!(before, (40, 5 + 5 + 5 + 5));
    assert!(engine.compact().unwrap());
    assert_eq!(engine.status().parts, 1);
    assert_eq!((held(&engine, 900), held(&engine, 901)), before);
    let engine = lab.crash(engine);
    assert_eq!((held(&engine, 900), held(&engine, 901)), before);
}

#[test]
fn the_column_tells_who_holds_a_row() {
    let engine = Lab::new().open();
    record(&engine, 0..2);
    put(&engine, store(900));
    put(&engine, store(901));
    record(&engine, 2..4);
    engine.seal().unwrap();
    let snapshot = engine.snapshot();
    let part = &snapshot.parts[0];
    let column = part.memberships().unwrap().unwrap();
    let both = format!("{},{}", uuid(900), uuid(901));
    let told: Vec<Option<&str>> = (0..part.rows()).map(|row| column.of(row)).collect();
    assert_eq!(told, [None, None, Some(both.as_str()), Some(both.as_str())]);
    assert_eq!(column.codes_of(&uuid(901)), [column.code(3)]);
    assert_eq!(column.codes_of("nobody"), Vec::<u32>::new());
    assert_eq!(column.code(0), 0);
}

#[test]
fn what_is_put_twice_is_there_once() {
    let mut lab = Lab::new();
    let engine = lab.open();
    let events = |range: std::ops::Range<u64>| {
        range.map(|number| event(&somebody(), number, Some("a"))).collect::<Vec<Record>>()
    };
    send(&engine, events(0..10));
    send(&engine, events(5..15));
    send(&engine, [events(20..22), events(20..22)].concat());
    assert_eq!(puts(&engine), 17);
    engine.seal().unwrap();
    send(&engine, events(0..30));
    assert_eq!(puts(&engine), 30);
    let engine = lab.crash(engine);
    send(&engine, events(0..30));
    engine.seal().unwrap();
    send(&engine, events(0..31));
    assert_eq!(puts(&engine), 31);
    let other = event(&account("999988887777"), 1, None);
    send(&engine, vec![other]);
    assert_eq!(puts(&engine), 32);
}

#[test]
fn another_time_under_the_same_id_changes_nothing() {
    let engine = Lab::new().open();
    send(&engine, vec![event(&somebody(), 1, None)]);
    engine.seal().unwrap();
    let mut again = event(&somebody(), 1, None);
    let json = format!(r#"{{"eventID":"{}","eventTime":"2024-07-01T00:00:00Z"}}"#, uuid(1));
    again.body = Body::ApiCall(json.as_bytes().into());
    send(&engine, vec![again]);
    assert_eq!(puts(&engine), 1);
}

#[test]
fn a_channel_leads_only_into_stores_that_take_records() {
    let engine = Lab::new().open();
    let channel = Channel {
        id: uuid(7),
        name: "pug".to_owned(),
        account: somebody(),
        region: "us-east-1".to_owned(),
        source: "Custom".to_owned(),
        destinations: vec![uuid(902), uuid(900), uuid(901), uuid(900)],
        tags: Default::default(),
    };
    put(&engine, store(900));
    put(&engine, EventDataStore { deleted: Some(MARCH), ..store(901) });
    put(&engine, store(902));
    let joined = format!("{},{}", uuid(900), uuid(902));
    assert_eq!(engine.state().destinations(&channel).as_deref(), Some(joined.as_str()));
    let nowhere = Channel { destinations: vec![uuid(1)], ..channel };
    assert_eq!(engine.state().destinations(&nowhere), None);
}

#[test]
fn a_deleted_store_goes_after_seven_days() {
    let lab = Lab::new();
    let engine = lab.open();
    let now = lab.env.now();
    put(&engine, EventDataStore { deleted: Some(now), ..store(900) });
    put(&engine, store(901));
    lab.env.advance(7 * DAY_MS - 1);
    assert_eq!(engine.expire().unwrap(), 0);
    lab.env.advance(1);
    assert_eq!(engine.expire().unwrap(), 1);
    assert_eq!(engine.expire().unwrap(), 0);
    assert!(engine.state().event_data_store(&uuid(900)).is_none());
    assert!(engine.state().event_data_store(&uuid(901)).is_some());
}

#[test]
fn tables_have_the_names_that_mean_one_thing() {
    let engine = Lab::new().open();
    put(&engine, EventDataStore { name: "twin".to_owned(), ..store(900) });
    put(&engine, EventDataStore { name: "TWIN".to_owned(), ..store(901) });
    put(&engine, EventDataStore { name: "events".to_owned(), ..store(902) });
    put(&engine, EventDataStore { ingesting: false, ..store(903) });
    let now = Timestamp(MARCH.0 + 1_000 * DAY_MS);
    put(&engine, EventDataStore { deleted: Some(now), ..store(904) });
    put(&engine, EventDataStore { deleted: Some(MARCH), ..store(905) });
    let tables = engine.state().tables(&somebody(), now);
    let names = |table: &Table| table.names.len();
    assert_eq!(tables.iter().map(names).collect::<Vec<_>>(), [3, 2, 2, 2, 3, 3]);
    assert_eq!(tables[0].names[..2], ["events", "pugmark"]);
    assert_eq!((&tables[0].store, tables[0].since), (&None, None));
    assert_eq!(tables[4].names[2], "store-903");
    assert_eq!(tables[4].store, Some(uuid(903)));
    assert_eq!(tables[4].since, Some(Timestamp(now.0 - 366 * DAY_MS)));
    let status = |table: &Table| table.status;
    let (stopped, pending) = (StoreStatus::StoppedIngestion, StoreStatus::PendingDeletion);
    assert_eq!(tables[4..].iter().map(status).collect::<Vec<_>>(), [stopped, pending]);
    assert_eq!(engine.state().tables(&account("999988887777"), now).len(), 1);
    let meant = |name: &str| tables.iter().filter(|table| table.answers_to(name)).count();
    let built_in = EventDataStore::built_in_id(&somebody());
    let arn = |account: &str, id: &str| {
        format!("arn:aws:cloudtrail:eu-west-1:{account}:eventdatastore/{id}")
    };
    for one in ["EVENTS", "Pugmark", &built_in, "store-903", &arn("111122223333", &built_in)] {
        assert_eq!(meant(one), 1, "{one}");
    }
    for none in ["twin", "", "arn:", &arn("999988887777", &built_in), &arn("111122223333", "x")] {
        assert_eq!(meant(none), 0, "{none}");
    }
    assert_eq!(meant(store(900).arn().as_str()), 1);
}

#[test]
fn records_carry_what_any_store_asks_for() {
    let engine = Lab::new().open();
    let said = |store, max_event_size, keys: &[&str]| {
        let equals = keys.iter().map(|key| (*key).to_owned()).collect();
        let kind = ContextKind::RequestContext;
        let context = vec![ContextKeySelector { kind, equals }];
        let store = uuid(store);
        let account = somebody();
        let it = EventConfiguration { account, store, max_event_size, context };
        apply(&engine, vec![Change::EventConfigurationPut(it)]);
        engine.state().max_event_size(&somebody())
    };
    put(&engine, store(900));
    put(&engine, store(901));
    assert_eq!(engine.state().max_event_size(&somebody()), None);
    assert_eq!(said(900, MaxEventSize::Standard, &[]), Some(MaxEventSize::Standard));
    assert_eq!(said(901, MaxEventSize::Large, &["aws:SourceIp"]), Some(MaxEventSize::Large));
    let keys = || engine.state().context_keys(&somebody()).map(|it| it.equals.len()).sum::<usize>();
    assert_eq!(keys(), 1);
    put(&engine, EventDataStore { ingesting: false, ..store(901) });
    assert_eq!(keys(), 0);
    apply(&engine, vec![Change::EventDataStoreRemoved { id: uuid(900) }]);
    assert_eq!(engine.state().max_event_size(&somebody()), None);
}

#[test]
fn what_is_imported_into_a_store_is_in_it() {
    let home = Home::new();
    let logs = Logs::new(&home);
    logs.log("a.json.gz", &calls(0..20));
    let engine = home.open();
    put(&engine, store(900));
    put(&engine, store(901));
    let request = ImportRequest { store: Some(uuid(901)), ..logs.request() };
    assert_eq!(import(&engine, request).unwrap().added, 20);
    assert_eq!((held(&engine, 900), held(&engine, 901)), (0, 20));
}
