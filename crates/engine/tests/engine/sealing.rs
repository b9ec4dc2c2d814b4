//! From the tail into parts, and from small parts into larger ones.

use crate::call::{Call, recorded, somebody};
use crate::home::{commit, record};
use crate::lab::{DAY_MS, Lab};
use crate::rows::{everything, numbers, rows, shown};
use engine::sim::WriteFault;
use engine::{Attribute, Engine, Error, Search, Settings, Term};
use model::{Effect, Origin, Seq};

#[test]
fn records_whose_sealing_failed_are_sealed_before_later_ones() {
    let mut lab = Lab::new();
    let engine = lab.open();
    record(&engine, 0..10);
    lab.disk.fail_write_at(1, WriteFault::Full);
    assert!(engine.seal().is_err());
    assert_eq!(engine.status().records, 10);
    record(&engine, 10..20);
    assert_eq!(engine.seal().unwrap(), 20);
    record(&engine, 20..30);
    let before = shown(&engine);
    let engine = lab.crash(engine);
    assert_eq!((shown(&engine), before.len()), (before, 30));
    assert_eq!(numbers(&engine).len(), 30);
}

#[test]
fn two_that_seal_at_once_lose_nothing() {
    let mut lab = Lab::new();
    let engine = lab.open();
    for round in 0..20 {
        record(&engine, round * 10..round * 10 + 5);
        std::thread::scope(|scope| {
            let sealer = || assert!(engine.seal().is_ok());
            scope.spawn(sealer);
            scope.spawn(sealer);
            record(&engine, round * 10 + 5..round * 10 + 10);
        });
    }
    let engine = lab.crash(engine);
    assert_eq!((shown(&engine).len(), numbers(&engine).len()), (200, 200));
}

#[test]
fn a_full_disk_keeps_no_half_parts() {
    let lab = Lab::new();
    let engine = lab.open();
    record(&engine, 0..50);
    // Room for no part, then for the part but not for its frame.
    for fault in [1, 2] {
        lab.disk.fail_write_at(fault, WriteFault::Full);
        let error = engine.seal().unwrap_err();
        assert!(matches!(error, Error::Io { .. } | Error::NoSpace), "{error:?}");
        assert_eq!(lab.files("parts"), [""; 0]);
    }
    assert_eq!(engine.seal().unwrap(), 50);
    assert_eq!(lab.files("parts").len(), 1);
    assert_eq!(shown(&engine).len(), 50);
}

#[test]
fn records_that_cannot_be_read_are_kept_byte_for_byte() {
    let mut lab = Lab::new();
    let engine = lab.open();
    let odd: [&[u8]; 6] = [
        b"",
        b"no JSON",
        b"\x01\x02\x03\x04\x05\x06\xff\xfe\x00",
        br#"{"eventName":"A","eventTime":"2024-03-01T00:00:00Z"} trailing"#,
        br#"{"eventName":"B"}"#,
        br#"{"eventName":"broken"#,
    ];
    let now = engine.env().now();
    commit(&engine, odd.map(|bytes| recorded(&somebody(), now, bytes)).to_vec()).unwrap();
    let all = |engine: &Engine| {
        let mut all: Vec<Vec<u8>> =
            everything(engine).iter().map(|row| row.bytes.to_vec()).collect();
        all.sort_unstable();
        all
    };
    let mut expected = odd.map(<[u8]>::to_vec).to_vec();
    expected.sort_unstable();
    assert_eq!(all(&engine), expected);
    assert_eq!(engine.seal().unwrap(), odd.len());
    assert_eq!(all(&engine), expected);
    let engine = lab.crash(engine);
    assert_eq!(all(&engine), expected);
    let named = Search { terms: vec![Term::is(Attribute::EventName, "B")], ..Search::default() };
    assert_eq!(rows(&engine, &named, 10).unwrap().len(), 1);
}

#[test]
fn merging_small_parts_changes_no_answer() {
    let mut lab = Lab::new();
    let engine = lab.open();
    for part in 0..6 {
        record(&engine, part * 10..part * 10 + 10);
        engine.seal().unwrap();
        lab.env.advance(1_000);
    }
    let before = shown(&engine);
    assert!(engine.compact().unwrap());
    assert!(!engine.compact().unwrap());
    assert_eq!((engine.status().parts, lab.files("parts").len()), (1, 1));
    assert_eq!(engine.state().parts().next().unwrap().level, 1);
    assert_eq!(shown(&engine), before);
    let engine = lab.crash(engine);
    assert_eq!(shown(&engine), before);
    assert_eq!(numbers(&engine).len(), 60);
}

#[test]
fn merging_never_crosses_a_month_or_an_owner() {
    let lab = Lab::new();
    let engine = lab.open();
    for number in 0..24 {
        let mut call = Call::new(number);
        call.time.0 += i64::try_from(number % 2).unwrap() * 40 * DAY_MS;
        call.owner =
            crate::call::account(["111122223333", "1234567890123"][number as usize / 2 % 2]);
        commit(&engine, vec![call.record(engine.env().now())]).unwrap();
        engine.seal().unwrap();
    }
    while engine.compact().unwrap() {}
    let parts: Vec<_> =
        engine.state().parts().map(|part| (part.owner.clone(), part.rows)).collect();
    assert_eq!(parts.iter().map(|(_, rows)| rows).sum::<u64>(), 24);
    assert!(engine.state().parts().all(|part| part.time_min.month() == part.time_max.month()));
    assert!(parts.len() >= 4, "{parts:?}");
    assert_eq!(shown(&engine).len(), 24);
}

/// The same bytes at the same moment make the same part, and merging leaves the first of them as
/// it is: its file must not go with the others.
#[test]
fn the_same_bytes_again_and_again_end_as_one_record_that_can_be_read() {
    for step_ms in [0, 1] {
        let mut lab = Lab::new();
        let engine = lab.open();
        for _ in 0..5 {
            record(&engine, 7..8);
            engine.seal().unwrap();
            lab.env.advance(step_ms);
        }
        engine.compact().unwrap();
        assert_eq!(shown(&engine), [Call::new(7).json()]);
        let engine = lab.crash(engine);
        assert_eq!(shown(&engine), [Call::new(7).json()]);
        assert_eq!(engine.status().records, 1);
    }
}

#[test]
fn how_a_record_came_in_outlives_sealing_merging_and_crashes() {
    let mut lab = Lab::new();
    let engine = lab.open();
    for round in 0..4 {
        record(&engine, round * 10..round * 10 + 5);
        engine.seal().unwrap();
        let call = Call::new(round * 10 + 7);
        let bytes = call.json().into_bytes();
        engine.import_records("some", std::iter::once((call.owner, bytes))).unwrap();
    }
    while engine.compact().unwrap() {}
    let engine = lab.crash(engine);
    for (origin, count) in [("recorded", 20), ("imported", 4), ("put", 0)] {
        let term = Term::is(Attribute::Origin, origin);
        let found = rows(&engine, &Search { terms: vec![term], ..Search::default() }, 7).unwrap();
        assert_eq!(found.len(), count, "{origin}");
        let imported = |row: &engine::Found| row.origin == Origin::Imported;
        assert!(found.iter().all(|row| imported(row) == (origin == "imported")));
    }
}

#[test]
fn the_tail_is_sealed_in_the_background_when_it_is_full() {
    let home = crate::home::Home::new();
    let settings = Settings { seal_records: 10, compaction: true, ..crate::home::quiet() };
    let engine = home.try_open(settings).unwrap().engine;
    for part in 0..4 {
        record(&engine, part * 10..part * 10 + 10);
        while engine.status().tail_records > 0 {
            std::thread::yield_now();
        }
    }
    while engine.status().parts > 1 {
        std::thread::yield_now();
    }
    assert_eq!(shown(&engine).len(), 40);
}

#[test]
fn a_reset_leaves_nothing_but_users_and_keys_even_if_the_power_goes_at_once() {
    for fail_save in [false, true] {
        let mut lab = Lab::new();
        lab.settings.dev = true;
        let engine = lab.open();
        let key = engine.state().access_keys().next().unwrap().clone();
        record(&engine, 0..10);
        engine.seal().unwrap();
        record(&engine, 10..20);
        let call = Call::new(40);
        let records = std::iter::once((call.owner.clone(), call.json().into_bytes()));
        engine.import_records("some", records).unwrap();
        record(&engine, 20..25);
        // State is not written out: the journal alone must tell.
        if fail_save {
            lab.disk.fail_write_at(2, WriteFault::Broken);
        }
        engine.reset().unwrap();
        assert_eq!(lab.files("parts"), [""; 0]);
        record(&engine, 30..33);
        let engine = lab.crash(engine);
        assert_eq!(shown(&engine).len(), 3);
        let state = engine.state();
        assert_eq!((state.imports().count(), state.birth().unwrap().generation), (0, 1));
        assert_eq!(state.access_keys().next(), Some(&key));
        engine.seal().unwrap();
        assert_eq!((shown(&engine).len(), engine.status().records), (3, 3));
    }
}

#[test]
fn a_call_that_proposes_nothing_is_durable_all_the_same() {
    let engine = Lab::new().open();
    let answer = engine.commit(|state| (state.next_seq(), Effect::default())).wait().unwrap();
    assert_eq!(answer.into_inner(), Seq(0));
}
