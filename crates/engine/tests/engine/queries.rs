//! What the engine does with the processes that answer SQL, whatever those do.

use crate::home::{Home, quiet, record};
use engine::{Cancel, Engine, Error, QueryRequest, RowForm, Settings, Statement, WorkerCommand};
use model::AccountId;
use model::resource::{Query, QueryStatus};
use std::time::Duration;

fn settings(args: &[&str]) -> Settings {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/engine/worker.py");
    let args = std::iter::once(&script).chain(args).map(|arg| (*arg).to_owned()).collect();
    let worker = Some(WorkerCommand { program: "python3".into(), args });
    Settings { worker, workers: 2, ..quiet() }
}

fn open(home: &Home) -> Engine {
    home.try_open(settings(&[])).unwrap().engine
}

fn account(number: u64) -> AccountId {
    AccountId::parse(&format!("{number:012}")).unwrap()
}

fn request(words: &str) -> QueryRequest {
    QueryRequest {
        account: account(1),
        region: "us-east-1".to_owned(),
        statement: words.to_owned(),
        store: "arn".to_owned(),
        tables: Vec::new(),
        delivery: None,
    }
}

fn statement(words: &str) -> Statement {
    let form = RowForm::default();
    Statement { sql: words.to_owned(), tables: Vec::new(), rows_max: 10, bytes_max: 1_000, form }
}

fn ended(engine: &Engine, id: &str) -> Query {
    for _ in 0..12_000 {
        let (query, _) = engine.query(id).unwrap();
        if query.has_ended() {
            return query;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("query {id} does not end");
}

fn run(engine: &Engine, words: &str) -> Query {
    ended(engine, &engine.start_query(request(words)).unwrap())
}

fn now(engine: &Engine, words: &str) -> Result<String, Error> {
    let rows = engine.query_now(statement(words), Duration::from_secs(60), &Cancel::default())?;
    Ok(String::from_utf8(rows.lines).unwrap())
}

#[test]
fn what_was_acknowledged_is_seen() {
    let home = Home::new();
    let engine = open(&home);
    let number = |line: &str| line.trim_matches(['[', ']', '"', '\n']).parse::<u64>().unwrap();
    for numbers in [0..3, 3..7, 7..7] {
        let before = number(&now(&engine, "count").unwrap());
        record(&engine, numbers.clone());
        assert_eq!(number(&now(&engine, "count").unwrap()), before + (numbers.end - numbers.start));
    }
}

#[test]
fn rows_are_paged_and_outlive_the_server() {
    let home = Home::new();
    let engine = open(&home);
    let id = run(&engine, "rows 25").id;
    drop(engine);
    let engine = open(&home);
    let (query, waits) = engine.query(&id).unwrap();
    assert_eq!((query.status, query.rows, waits), (QueryStatus::Finished, 25, false));
    assert_eq!(query.columns, ["n", "x"]);
    let (mut next, mut all) = (None, Vec::new());
    loop {
        let page = engine.query_rows(&id, next, 10).unwrap();
        all.extend(page.rows);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    let expected: Vec<_> = (0..25).map(|n| vec![Some(n.to_string()), None]).collect();
    assert_eq!(all, expected);
}

#[test]
fn a_statement_that_kills_its_worker_kills_nothing_else() {
    let home = Home::new();
    let engine = open(&home);
    for words in ["die", "babble"] {
        let QueryStatus::Failed(why) = run(&engine, words).status else { panic!("{words}") };
        assert!(why.contains("narrow it down"), "{why}");
        assert_eq!(run(&engine, "count").status, QueryStatus::Finished);
    }
}

#[test]
fn a_wrong_statement_is_told_so_and_the_worker_stays() {
    let home = Home::new();
    let engine = open(&home);
    let refused = engine.check_query(statement("nonsense")).unwrap_err();
    assert_eq!(refused.to_string(), "`nonsense` is no word");
    assert_eq!(engine.check_query(statement("count")).unwrap(), Some(vec![0]));
    assert!(matches!(now(&engine, "nonsense"), Err(Error::Query(_))));
    let failed = QueryStatus::Failed("`nonsense` is no word".to_owned());
    assert_eq!(run(&engine, "nonsense").status, failed);
}

#[test]
fn an_answer_that_was_cut_off_is_no_answer() {
    let home = Home::new();
    let engine = open(&home);
    let QueryStatus::Failed(why) = run(&engine, "rows 3 cut").status else { panic!("it stands") };
    assert!(why.contains("more than 3 rows"), "{why}");
    let rows = engine
        .query_now(statement("rows 3 cut"), Duration::from_secs(60), &Cancel::default())
        .unwrap();
    assert_eq!((rows.count, rows.scanned.cut), (3, true));
}

#[test]
fn a_cancelled_query_ends_at_once_and_stays_ended() {
    let home = Home::new();
    let engine = open(&home);
    let id = engine.start_query(request("sleep 600")).unwrap();
    while engine.query(&id).unwrap().1 {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(engine.cancel_query(&id));
    assert_eq!(ended(&engine, &id).status, QueryStatus::Cancelled);
    assert!(!engine.cancel_query(&id));
}

#[test]
fn a_statement_is_ended_from_another_thread() {
    let home = Home::new();
    let engine = open(&home);
    let cancel = Cancel::default();
    let outcome = std::thread::scope(|scope| {
        let time = Duration::from_secs(600);
        let (engine, cancel) = (&engine, &cancel);
        let asked = scope.spawn(move || engine.query_now(statement("sleep 600"), time, cancel));
        cancel.cancel();
        asked.join().unwrap()
    });
    assert!(matches!(outcome, Err(Error::QueryEnded)), "{outcome:?}");
}

#[test]
fn time_is_limited() {
    let home = Home::new();
    let time = Duration::from_millis(300);
    let engine = home.try_open(Settings { query_time: time, ..settings(&[]) }).unwrap().engine;
    assert_eq!(run(&engine, "sleep 600").status, QueryStatus::TimedOut);
    let late = engine.query_now(statement("sleep 600"), time, &Cancel::default());
    assert!(matches!(late, Err(Error::QueryTimedOut { .. })), "{late:?}");
}

#[test]
fn ten_queries_of_an_account_are_under_way_and_the_eleventh_is_refused() {
    let home = Home::new();
    let engine = open(&home);
    let ids: Vec<String> =
        (0..10).map(|_| engine.start_query(request("sleep 600")).unwrap()).collect();
    let refused = engine.start_query(request("count"));
    assert!(matches!(refused, Err(Error::TooManyQueries { limit: 10 })), "{refused:?}");
    let other = QueryRequest { account: account(2), ..request("count") };
    let other = engine.start_query(other).unwrap();
    assert!(engine.query(&other).unwrap().1, "two workers are busy, so it waits");
    ids.iter().for_each(|id| assert!(engine.cancel_query(id)));
    assert_eq!(ended(&engine, &other).status, QueryStatus::Finished);
}

#[test]
fn a_moment_that_is_over_is_fed_again() {
    let home = Home::new();
    let engine = home.try_open(settings(&["stale"])).unwrap().engine;
    assert_eq!(now(&engine, "count").unwrap(), "[\"0\"]\n");
}

#[test]
fn a_server_that_stops_ends_its_queries() {
    let home = Home::new();
    let engine = open(&home);
    let id = engine.start_query(request("sleep 600")).unwrap();
    engine.close();
    drop(engine);
    let engine = open(&home);
    let status = engine.query(&id).unwrap().0.status;
    assert!(matches!(status, QueryStatus::Cancelled | QueryStatus::Failed(_)), "{status:?}");
}

#[test]
fn without_a_worker_there_is_no_sql() {
    let home = Home::new();
    let engine = home.open();
    assert!(matches!(now(&engine, "count"), Err(Error::NoWorker)));
    let missing = WorkerCommand { program: "/nowhere/pugmark".into(), args: Vec::new() };
    let settings = Settings { worker: Some(missing), ..quiet() };
    drop(engine);
    let engine = home.try_open(settings).unwrap().engine;
    assert!(matches!(now(&engine, "count"), Err(Error::Io { .. })));
}

fn warmed(engine: &Engine) {
    assert!(!engine.is_warm());
    engine.warm_up();
    for _ in 0..12_000 {
        if engine.is_warm() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("it does not get warm");
}

#[test]
fn a_start_warms_a_worker_up_where_there_is_something_to_read() {
    let home = Home::new();
    let engine = open(&home);
    warmed(&engine);
    assert_eq!(now(&engine, "asked").unwrap(), "[\"0\"]\n", "there are no parts");
    record(&engine, 0..3);
    engine.seal().unwrap();
    drop(engine);
    let engine = open(&home);
    warmed(&engine);
    assert_eq!(now(&engine, "asked").unwrap(), "[\"1\"]\n");
}

#[test]
fn a_worker_that_dies_keeps_nobody_from_being_ready() {
    let home = Home::new();
    let engine = home.open();
    warmed(&engine);
    drop(engine);
    let missing = WorkerCommand { program: "/nowhere/pugmark".into(), args: Vec::new() };
    let engine = home.try_open(Settings { worker: Some(missing), ..quiet() }).unwrap().engine;
    warmed(&engine);
}
