//! Memory, time, rows, bytes, and stopping.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::lab::{Answer, Lab, NOW, ask_of, limits};
use arrow::datatypes::Schema;
use lake::feed::ColumnName;
use query::{Cancel, Database, ErrorKind, Flow, Gate, Limits, Sink, Tables};

const FOREVER: &str = "SELECT count(*) FROM UNNEST(sequence(1, 10000)) a(x) \
    CROSS JOIN UNNEST(sequence(1, 10000)) b(y) CROSS JOIN UNNEST(sequence(1, 10000)) c(z) \
    WHERE x + y + z = 7";

fn refusal(sql: &str, limits: Limits) -> (ErrorKind, String) {
    let error = ask_of(Arc::new(Lab::new()), sql, limits).map(|a| a.text()).unwrap_err();
    (error.kind, error.to_string())
}

#[test]
fn limits_rows_bytes_and_text() {
    let few = Limits { rows_max: 11, ..limits() };
    let (kind, said) = refusal("SELECT eventName FROM events", few);
    assert_eq!((kind, said.contains("more than 11 rows")), (ErrorKind::Limit, true), "{said}");
    let small = Limits { result_bytes_max: 500, ..limits() };
    assert_eq!(refusal("SELECT eventJson FROM events", small).0, ErrorKind::Limit);
    let short = Limits { gate: Gate { chars_max: 10, ..Gate::default() }, ..limits() };
    assert_eq!(refusal("SELECT eventJson FROM events", short).0, ErrorKind::Limit);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a duration is looked at")]
fn stops_in_time() {
    let start = Instant::now();
    let brief = Limits { timeout: Duration::from_millis(300), ..limits() };
    let (kind, said) = refusal(FOREVER, brief);
    assert_eq!(kind, ErrorKind::Timeout, "{said}");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn stops_when_it_is_cancelled_and_answers_the_next() {
    let database = Database::new(limits()).unwrap();
    let tables: Arc<dyn Tables> = Arc::new(Lab::new());
    let cancel = Cancel::default();
    let error = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(200));
            cancel.cancel();
        });
        let mut answer = Answer::default();
        database.run(FOREVER, NOW, Arc::clone(&tables), &cancel, &mut answer).unwrap_err()
    });
    assert_eq!(error.kind, ErrorKind::Cancelled);
    let mut answer = Answer::default();
    database.run("SELECT 1", NOW, tables, &Cancel::default(), &mut answer).unwrap();
    assert_eq!(answer.text(), "1");
}

#[test]
fn stops_when_memory_is_spent() {
    let little = Limits { memory_bytes: 1 << 20, ..limits() };
    let sql = "SELECT x, y, count(*) FROM UNNEST(sequence(1, 1000)) a(x) \
               CROSS JOIN UNNEST(sequence(1, 1000)) b(y) GROUP BY x, y ORDER BY 1, 2";
    let (kind, said) = refusal(sql, little);
    assert_eq!(kind, ErrorKind::Limit, "{said}");
    assert!(said.contains("memory"), "{said}");
}

#[test]
fn hands_on_the_trouble_of_whoever_takes_the_rows() {
    struct Full;
    impl Sink for Full {
        fn columns(&mut self, _: &[ColumnName], _: &Schema) -> std::io::Result<()> {
            Ok(())
        }
        fn row(&mut self, _: &[u8]) -> std::io::Result<Flow> {
            Err(std::io::Error::other("the disk is full"))
        }
    }
    let database = Database::new(limits()).unwrap();
    let tables: Arc<dyn Tables> = Arc::new(Lab::new());
    let ended = database.run("SELECT 1", NOW, tables, &Cancel::default(), &mut Full);
    assert!(ended.unwrap_err().to_string().contains("the disk is full"));
}

#[test]
fn checks_without_running() {
    let database = Database::new(limits()).unwrap();
    let tables: Arc<dyn Tables> = Arc::new(Lab::new());
    assert_eq!(database.check("SELECT eventName, 1 FROM events", &tables).unwrap(), [0]);
    assert!(database.check("SELECT x FROM events", &tables).is_err());
}
