use super::*;

fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    assert_eq!(scan.read(text.as_bytes(), 0), Ok(text.len()));
    scan
}

fn leaves(text: &str) -> Vec<String> {
    let scan = scan(text);
    let show = |leaf: &Leaf| {
        let value = String::from_utf8_lossy(leaf.span.of(text.as_bytes())).into_owned();
        format!("{value} {:?} {:?}", leaf.kind, leaf.field)
    };
    scan.leaves().iter().map(show).collect()
}

#[test]
fn names_the_fields_and_kinds() {
    let text = r#"{"eventName":"Get","eventTime":"2023-07-10T11:42:31Z","x":[1,"b"],"n":null,
        "eventID":"6f8dc1a4-0000-4000-a000-00000000000a","y":[1,2,3],"eventName":"Again"}"#;
    assert_eq!(
        leaves(text),
        [
            "Get Plain Some(EventName)",
            "2023-07-10T11:42:31Z Time Some(EventTime)",
            "1 Plain None",
            "b Plain None",
            "6f8dc1a4-0000-4000-a000-00000000000a Uuid Some(EventId)",
            "[1,2,3] Plain None",
            "Again Plain None",
        ]
    );
}

#[test]
fn finds_whole_members() {
    let text = r#"{"requestParameters": {"a":[{"b":1}]} ,"readOnly":false,"resources":"odd"}"#;
    let scan = scan(text);
    let show = |tree| std::str::from_utf8(scan.tree(tree).unwrap().of(text.as_bytes())).unwrap();
    assert_eq!(show(Tree::RequestParameters), r#"{"a":[{"b":1}]}"#);
    assert_eq!(show(Tree::ReadOnly), "false");
    assert_eq!(show(Tree::Resources), "\"odd\"");
    assert!(scan.tree(Tree::UserIdentity).is_none());
}

#[test]
fn oddities_are_normal_input() {
    for text in [
        "{}",
        r#"{"userIdentity":null}"#,
        r#"{"requestParameters":"text","eventName":7}"#,
        r#"{"userIdentity":[],"eventTime":"2023-07-10 11:42:31"}"#,
    ] {
        scan(text);
    }
    assert_eq!(scan(r#"{"eventName":7}"#).field(Field::EventName), None);
}

#[test]
fn an_opaque_record_is_one_value() {
    let scan = Scan::opaque(7);
    assert_eq!((scan.record_len(), scan.leaves().len()), (7, 1));
    assert_eq!(scan.leaves()[0].span.of(b"\x01\x06{oops"), b"\x01\x06{oops");
    assert_eq!(scan.field(Field::EventName), None);
}

#[test]
fn many_leaves_are_bounded() {
    let members: Vec<String> = (0..10_000).map(|n| format!("\"k{n}\":\"v\"")).collect();
    let text = format!("{{{}}}", members.join(","));
    assert!(scan(&text).leaves().len() >= LEAVES_MAX);
    let deep = format!("{}1{}", "{\"a\":".repeat(1000), "}".repeat(1000));
    assert!(Scan::default().read(deep.as_bytes(), 0).is_err());
}

#[test]
fn upper_case_uuids_and_far_times_stay_text() {
    let text = r#"{"a":"6F8DC1A4-0000-4000-A000-00000000000A","b":"2200-01-01T00:00:00Z"}"#;
    assert!(scan(text).leaves().iter().all(|leaf| leaf.kind == LeafKind::Plain));
}
