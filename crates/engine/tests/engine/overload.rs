//! Too much at once, bugs in what is asked, and disks that break: each is an answer.

use crate::call::Call;
use crate::home::{commit, record};
use crate::lab::Lab;
use crate::rows::shown;
use engine::{Engine, Error, ErrorKind, Pending};
use model::{AccountId, Body, Effect, Record};
use std::future::Future;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Keeps a thread of the engine busy until it is let go.
#[derive(Debug)]
struct Block {
    let_go: SyncSender<()>,
    busy: Receiver<()>,
}

impl Block {
    fn new() -> (Self, impl FnOnce() + Send + 'static) {
        let ((let_go, gone), (begun, busy)) = (sync_channel(1), sync_channel(1));
        let work = move || {
            begun.send(()).unwrap();
            gone.recv().unwrap();
        };
        (Self { let_go, busy }, work)
    }
}

/// Fills a queue until it is full; returns what waits.
fn fill<T>(mut send: impl FnMut() -> Pending<T>, limit: usize) -> Vec<Pending<T>> {
    let mut waiting = Vec::new();
    loop {
        assert!(waiting.len() <= limit, "the queue has no end");
        let mut pending = send();
        match now(&mut pending) {
            None => waiting.push(pending),
            Some(Err(Error::Overloaded)) => return waiting,
            Some(other) => panic!("{:?}", other.err()),
        }
    }
}

/// The answer, if it is there already.
fn now<T>(pending: &mut Pending<T>) -> Option<Result<T, Error>> {
    use std::task::{Context, Poll, Waker};
    let mut context = Context::from_waker(Waker::noop());
    match std::pin::Pin::new(pending).poll(&mut context) {
        Poll::Ready(answer) => Some(answer),
        Poll::Pending => None,
    }
}

fn asker() -> AccountId {
    AccountId::parse("111111111111").unwrap()
}

#[test]
fn where_too_many_calls_wait_the_next_is_refused_at_once() {
    let engine = Lab::new().open();
    let (block, work) = Block::new();
    let blocked = engine.commit(move |_| (work(), Effect::default()));
    block.busy.recv().unwrap();
    let mut number = 0;
    let call = || {
        number += 1;
        let record = Call::new(number).record(engine.env().now());
        engine.commit(move |_| ((), record.into()))
    };
    let waiting = fill(call, 10_000);
    assert!(waiting.len() >= 1_000, "{}", waiting.len());
    assert_eq!(Error::Overloaded.kind(), ErrorKind::Throttled);
    // Reads have a queue of their own.
    assert_eq!(engine.ask(&asker(), |engine| shown(engine).len()).wait().unwrap(), 0);
    block.let_go.send(()).unwrap();
    let _ = blocked.wait().unwrap();
    let count = waiting.len();
    assert!(waiting.into_iter().all(|pending| pending.wait().is_ok()));
    assert_eq!(shown(&engine).len(), count);
    record(&engine, 20_000..20_001);
}

#[test]
fn what_cannot_be_sealed_fast_enough_is_not_taken() {
    let mut lab = Lab::new();
    lab.settings.tail_bytes = 100_000;
    let engine = lab.open();
    let mut taken = 0;
    let refused = loop {
        let call = Call::new(taken).record(engine.env().now());
        match commit(&engine, vec![call]) {
            Ok(()) => taken += 1,
            Err(error) => break error,
        }
        assert!(taken < 200, "the tail has no end");
    };
    assert!(matches!(refused, Error::Overloaded), "{refused:?}");
    assert!(taken > 10 && shown(&engine).len() as u64 == taken, "{taken}");
    // Reads and what makes room go on.
    assert_eq!(engine.seal().unwrap() as u64, taken);
    record(&engine, taken..taken + 10);
    let engine = lab.crash(engine);
    assert_eq!(shown(&engine).len() as u64, taken + 10);
}

#[test]
fn where_too_many_reads_wait_the_next_is_refused_at_once() {
    let engine = Lab::new().open();
    let (block, work) = Block::new();
    let blocked = engine.ask(&asker(), move |_| work());
    block.busy.recv().unwrap();
    let waiting = fill(|| engine.ask(&asker(), |engine| engine.status().records), 10_000);
    assert!(waiting.len() >= 100, "{}", waiting.len());
    record(&engine, 0..1);
    block.let_go.send(()).unwrap();
    blocked.wait().unwrap();
    waiting.into_iter().for_each(|pending| assert_eq!(pending.wait().unwrap(), 1));
}

#[test]
fn slow_reads_of_one_account_keep_no_other_from_reading() {
    let engine = Lab::new().open();
    let (block, work) = Block::new();
    let blocked = engine.ask(&asker(), move |_| work());
    block.busy.recv().unwrap();
    let mut own = engine.ask(&asker(), |_| 1);
    let other = AccountId::parse("222222222222").unwrap();
    for _ in 0..50 {
        assert_eq!(engine.ask(&other, |_| 2).wait().unwrap(), 2);
    }
    assert!(now(&mut own).is_none(), "its own reads wait for each other");
    block.let_go.send(()).unwrap();
    blocked.wait().unwrap();
    assert_eq!(own.wait().unwrap(), 1);
}

#[test]
fn a_call_that_panics_is_told_and_nobody_else_notices() {
    let lab = Lab::new();
    let engine = lab.open();
    let (block, work) = Block::new();
    let first = engine.commit(move |_| (work(), Effect::default()));
    block.busy.recv().unwrap();
    // All of these go into one frame.
    let pending: Vec<_> = (0..9)
        .map(|number| {
            let record = Call::new(number).record(engine.env().now());
            engine.commit(move |_| {
                assert_ne!(number, 4, "a bug in call 4");
                ((), Effect::from(record))
            })
        })
        .collect();
    block.let_go.send(()).unwrap();
    let _ = first.wait().unwrap();
    for (number, pending) in pending.into_iter().enumerate() {
        match pending.wait() {
            Ok(_) => assert_ne!(number, 4),
            Err(Error::Internal) => assert_eq!(number, 4),
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((shown(&engine).len(), engine.status().poisoned), (8, None));
    record(&engine, 10..11);
}

#[test]
fn a_call_that_panics_alone_writes_nothing() {
    let lab = Lab::new();
    let engine = lab.open();
    let before = lab.disk.counts().writes;
    let told = engine.commit(|_| -> ((), Effect) { panic!("a bug") }).wait().unwrap_err();
    assert!(matches!(told, Error::Internal), "{told:?}");
    engine.settle();
    assert_eq!(lab.disk.counts().writes, before);
}

#[test]
fn a_read_that_panics_is_told_and_the_next_one_is_answered() {
    let engine = Lab::new().open();
    record(&engine, 0..3);
    for _ in 0..5 {
        let told =
            engine.ask(&asker(), |_| -> u8 { panic!("a bug in a read") }).wait().unwrap_err();
        assert!(matches!(told, Error::Internal), "{told:?}");
        assert_eq!(engine.ask(&asker(), |engine| shown(engine).len()).wait().unwrap(), 3);
    }
    record(&engine, 3..4);
}

fn check_stopped(engine: &Engine, records: usize) {
    let status = engine.status();
    let why = status.poisoned.unwrap();
    assert!(why.contains("cannot sync") && why.contains("broken"), "{why}");
    for _ in 0..3 {
        let effect = Effect::from(Call::new(99).record(engine.env().now()));
        let refused = engine.commit(move |_| ((), effect)).wait().unwrap_err();
        assert!(matches!(refused, Error::Poisoned { .. }), "{refused:?}");
        assert_eq!(refused.kind(), ErrorKind::Unavailable);
    }
    assert!(matches!(engine.seal().unwrap_err(), Error::Poisoned { .. }));
    assert!(matches!(engine.compact(), Ok(false) | Err(Error::Poisoned { .. })));
    let items = std::iter::once((Call::new(98).owner, Call::new(98).json().into_bytes()));
    assert!(matches!(engine.import_records("x", items).unwrap_err(), Error::Poisoned { .. }));
    assert_eq!((shown(engine).len(), status.records), (records, records as u64));
    assert_eq!(engine.ask(&asker(), |engine| shown(engine).len()).wait().unwrap(), records);
}

#[test]
fn after_a_failed_sync_nothing_is_taken_and_everything_is_answered() {
    let mut lab = Lab::new();
    let engine = lab.open();
    record(&engine, 0..5);
    engine.seal().unwrap();
    record(&engine, 5..10);
    lab.disk.fail_sync_at(1);
    let told = commit(&engine, vec![Call::new(10).record(engine.env().now())]).unwrap_err();
    assert!(matches!(told, Error::Poisoned { .. }), "{told:?}");
    check_stopped(&engine, 10);
    // What was in doubt is there or not; what was refused is not.
    let engine = lab.crash(engine);
    assert!((10..=11).contains(&shown(&engine).len()));
    assert_eq!(engine.status().poisoned, None);
    record(&engine, 20..21);
}

#[test]
fn a_full_disk_is_told_and_stops_nothing_for_good() {
    let mut lab = Lab::new();
    let engine = lab.open();
    record(&engine, 0..5);
    lab.disk.set_capacity(Some(0));
    for _ in 0..3 {
        let told = commit(&engine, vec![Call::new(10).record(engine.env().now())]).unwrap_err();
        assert!(matches!(told, Error::NoSpace), "{told:?}");
        assert_eq!(told.kind(), ErrorKind::Unavailable);
    }
    assert_eq!((shown(&engine).len(), engine.status().poisoned), (5, None));
    lab.disk.set_capacity(None);
    record(&engine, 5..10);
    let engine = lab.crash(engine);
    assert_eq!((shown(&engine).len(), engine.status().next_seq), (10, 10));
}

#[test]
fn a_call_that_is_too_large_is_refused_alone() {
    let engine = Lab::new().open();
    let (block, work) = Block::new();
    let first = engine.commit(move |_| (work(), Effect::default()));
    block.busy.recv().unwrap();
    let large = |bytes: usize| {
        let body = Body::ApiCall(vec![b' '; bytes].into());
        Effect::from(Record { body, ..Call::new(0).record(engine.env().now()) })
    };
    let (too_large, fits) = (large((32 << 20) + 1), large(32 << 20));
    let refused = engine.commit(move |_| ((), too_large));
    let small = Call::new(1).record(engine.env().now());
    let taken = [fits, Effect::from(small)].map(|effect| engine.commit(move |_| ((), effect)));
    block.let_go.send(()).unwrap();
    let _ = first.wait().unwrap();
    let refused = refused.wait().unwrap_err();
    assert!(matches!(refused, Error::TooLarge { .. }), "{refused:?}");
    assert!(taken.into_iter().all(|pending| pending.wait().is_ok()));
    assert_eq!((shown(&engine).len(), engine.status().poisoned), (2, None));
    // What was taken can be sealed.
    assert_eq!(engine.seal().unwrap(), 2);
    assert_eq!(shown(&engine).len(), 2);
}
