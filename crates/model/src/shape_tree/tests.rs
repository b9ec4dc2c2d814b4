use super::*;

const RECORD: &str = r#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::1:user/a"},
    "eventTime":"2026-09-21T14:13:20Z","eventName":"RunInstances","n":-1.5e3,"readOnly":false,"x":{},
    "requestParameters":{"a":["b",{"c":"\u00e9\\"}],"long":[1,[2],{"d":3},"4"],"none":null,"empty":""},
    "requestID":"6f8dc1a4-0000-4000-a000-00000000000a","resources":[[1,2,3],"y"],"responseElements":7,
    "tlsDetails":{"tlsVersion":"TLSv1.3"},"eventID":"6f8dc1a4-0000-4000-a000-00000000000b"}"#;

/// Reads with a scan that learned and with one that did not, and compares all they tell.
fn same(learned: &mut Scan, text: &[u8]) {
    let mut plain = Scan::default();
    let ends = (learned.read(text, 0), plain.read(text, 0));
    let shown = String::from_utf8_lossy(text);
    assert_eq!(ends.0.is_ok(), ends.1.is_ok(), "{shown}");
    let Ok(end) = ends.1 else { return };
    assert_eq!(ends.0, Ok(end), "{shown}");
    assert_eq!(learned.leaves, plain.leaves, "{shown}");
    assert_eq!(learned.fields, plain.fields, "{shown}");
    assert_eq!(learned.record_len(), plain.record_len(), "{shown}");
    for tree in Tree::ALL {
        assert_eq!(learned.tree(tree), plain.tree(tree), "{tree:?} of {shown}");
    }
}

#[test]
fn a_record_of_a_known_shape_reads_alike() {
    let mut scan = Scan::learning();
    same(&mut scan, RECORD.as_bytes());
    assert_eq!(scan.shape(), 0, "nothing was known yet");
    let other = RECORD.replace("IAMUser", "Root").replace("-1.5e3", "12").replace("[2]", "[]");
    for text in [RECORD, &other] {
        same(&mut scan, text.as_bytes());
        assert_ne!(scan.shape(), 0);
    }
}

#[test]
fn every_byte_that_changes_is_read_as_without_learning() {
    let mut scan = Scan::learning();
    let mut bytes = RECORD.as_bytes().to_vec();
    for place in 0..bytes.len() {
        let was = bytes[place];
        for byte in *b"\"\\{}[],:0-9eatn \x01\xff" {
            same(&mut scan, RECORD.as_bytes());
            bytes[place] = byte;
            same(&mut scan, &bytes);
            same(&mut scan, &bytes);
        }
        bytes[place] = was;
        same(&mut scan, &RECORD.as_bytes()[..place]);
    }
}

#[test]
fn arrays_are_opened_by_their_length() {
    let mut scan = Scan::learning();
    let texts = ["[]", "[1]", "[\"1\",2]", "[1,2,3]", "[[1,2,3],2]", "[[1],[2]]", "[1,2,[]]", "1"];
    for _ in 0..3 {
        for text in texts {
            same(&mut scan, format!("{{\"resources\":{text},\"a\":\"b\"}}").as_bytes());
        }
    }
}

#[test]
fn keys_that_come_twice_read_alike() {
    let mut scan = Scan::learning();
    let texts = [
        r#"{"eventName":"a","readOnly":true,"eventName":"b","readOnly":"x"}"#,
        r#"{"eventName":"a","readOnly":true}"#,
        r#"{"eventName":"a","readOnly":true,"eventName":"b"}"#,
        r#"{"eventName":7,"eventName":"b"}"#,
    ];
    for _ in 0..2 {
        texts.iter().for_each(|text| same(&mut scan, text.as_bytes()));
        texts.iter().rev().for_each(|text| same(&mut scan, text.as_bytes()));
    }
}

#[test]
fn shapes_are_numbered_alike_by_all_and_apart_from_others() {
    let (mut one, mut two) = (Scan::learning(), Scan::learning());
    let numbers = |scan: &mut Scan, text: &str| {
        same(scan, text.as_bytes());
        same(scan, text.as_bytes());
        scan.shape()
    };
    let texts = [r#"{"a":"b"}"#, r#"{"a":1}"#, r#"{"a":"2026-09-21T14:13:20Z"}"#, r#"{"ab":""}"#];
    let ours: Vec<u64> = texts.iter().map(|text| numbers(&mut one, text)).collect();
    let theirs: Vec<u64> = texts.iter().rev().map(|text| numbers(&mut two, text)).collect();
    assert!(ours.iter().eq(theirs.iter().rev()));
    let distinct: std::collections::BTreeSet<u64> = ours.into_iter().collect();
    assert!(distinct.len() == texts.len() && !distinct.contains(&0));
}

#[test]
fn a_flood_of_shapes_stays_within_bounds() {
    let mut scan = Scan::learning();
    for n in 0..40_000 {
        let text = format!(r#"{{"k{}":"v","l{n}":[1,2,3],"m":{{"n{n}":"{n}"}}}}"#, n % 50);
        assert_eq!(scan.read(text.as_bytes(), 0), Ok(text.len()));
    }
    let tree = scan.tree_mut().unwrap();
    assert!(tree.nodes.len() <= NODES_MAX && tree.text.len() <= TEXT_MAX + 100);
    assert!(tree.nodes.iter().all(|node| node.children.len() <= CHILDREN_MAX));
    same(&mut scan, RECORD.as_bytes());
}

#[test]
fn deep_nesting_is_an_error_with_learning_too() {
    let mut scan = Scan::learning();
    for depth in [5, 30, 39, 40, 41, 61, 62, 63, 64, 70] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        for text in [format!("{{\"a\":[1,2,{open}{close}]}}"), format!("{{\"a\":{open}1{close}}}")]
        {
            (0..3).for_each(|_| same(&mut scan, text.as_bytes()));
        }
    }
}
