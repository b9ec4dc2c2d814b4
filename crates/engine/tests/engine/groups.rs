//! Group commit: what arrives while one frame is being synced makes the next.

use crate::call::{Call, MARCH, somebody};
use crate::home::{Home, quiet};
use crate::rows::{everything, numbers, shown};
use model::resource::User;
use model::{Change, Effect};
use std::collections::BTreeSet;

const THREADS: u64 = 8;
const CALLS: u64 = 200;

#[test]
fn many_callers_share_frames_and_each_reads_what_it_wrote() {
    let home = Home::new();
    let engine = home.open();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let engine = &engine;
            scope.spawn(move || {
                for number in thread * CALLS..(thread + 1) * CALLS {
                    let call = Call::new(number);
                    let record = call.record(engine.env().now());
                    let _ = engine.commit(move |_| ((), record.into())).wait().unwrap();
                    let id = call.id.as_ref().unwrap();
                    assert_eq!(engine.records_with_id(id).unwrap().len(), 1);
                }
            });
        }
    });
    let expected: Vec<String> =
        (0..THREADS * CALLS).rev().map(|number| Call::new(number).json()).collect();
    assert_eq!(shown(&engine), expected);
    drop(engine);
    let opened = home.try_open(quiet()).unwrap();
    assert_eq!(shown(&opened.engine), expected);
    assert_eq!(numbers(&opened.engine).len() as u64, THREADS * CALLS);
    let frames = opened.recovery.unwrap().frames;
    assert!(frames < THREADS * CALLS, "{frames} frames");
}

#[test]
fn each_call_sees_what_those_before_it_did_even_in_one_frame() {
    let home = Home::new();
    let engine = home.open();
    let counts: Vec<u64> = std::thread::scope(|scope| {
        let count = || {
            let engine = &engine;
            move || {
                let next = || engine.commit(take_next).wait().unwrap().into_inner();
                (0..50).map(|_| next()).collect::<Vec<_>>()
            }
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(count())).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let each: BTreeSet<u64> = counts.iter().copied().collect();
    assert_eq!((each.len(), counts.len()), (200, 200));
    assert_eq!(everything(&engine).len(), 0);
}

/// Counts the calls so far in the id of a user.
fn take_next(state: &engine::State) -> (u64, Effect) {
    let account = somebody();
    let last = state.user(&account, "counter").map_or(0, |user| user.id.parse().unwrap());
    let (name, id) = ("counter".to_owned(), (last + 1_u64).to_string());
    let user = User { account, name, id, created: MARCH, admin: false };
    (last, Change::UserPut(user).into())
}
