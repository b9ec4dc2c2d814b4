//! Every operation of every table is called once and leaves one record; what leaves none stands in
//! `unrecorded-operations.txt` with a reason.

use crate::golden;
use crate::house::House;
use crate::request::{Ask, all, minimal_input};
use crate::triptych;
use faces::{Access, Dialect, SERVICES, Service};
use std::fs;

#[test]
fn every_operation_leaves_one_record() {
    let mut unrecorded = String::new();
    for (service, operation) in all() {
        let house = House::new();
        let ask = Ask::new(service.name, operation, minimal_input(service.name, operation));
        let response = house.ask(&ask);
        let records = house.records_of(&response);
        match records.as_slice() {
            [] => unrecorded += &format!("{}:{operation}\n", service.name),
            [record] => {
                assert_eq!(record["eventName"], event_name(service, operation));
                assert_eq!(record["eventSource"], service.source);
                assert_eq!(record["recipientAccountId"], "123456789012");
            }
            _ => panic!("{operation} left {} records", records.len()),
        }
    }
    let path = golden::path("tests/golden/unrecorded-operations.txt");
    let kept = fs::read_to_string(path).unwrap();
    let named = kept.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let named: Vec<&str> = named.collect();
    for line in &named {
        assert!(line.contains(" because "), "`{line}` gives no reason");
    }
    let names = named.iter().map(|line| line.split(' ').next().unwrap());
    let expected: String = names.map(|name| format!("{name}\n")).collect();
    assert_eq!(unrecorded, expected, "an operation is unrecorded, or no longer is");
}

/// What CloudTrail calls an operation.
fn event_name(service: &Service, operation: &'static str) -> &'static str {
    match service.dialect {
        Dialect::RestXml { routes, .. } => {
            routes.iter().find(|row| row.operation == operation).unwrap().event
        }
        _ => operation,
    }
}

#[test]
fn tables_are_in_order_and_name_what_exists() {
    for service in SERVICES {
        let names: Vec<&str> = service.operations.iter().map(|it| it.name).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{}: {names:?}", service.name);
        for open in service.open {
            assert!(names.contains(open), "{}:{open} is open and does not exist", service.name);
        }
        assert!(!service.signing_names.is_empty(), "{} cannot be signed for", service.name);
    }
    let names: Vec<&str> = SERVICES.iter().map(|service| service.name).collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
}

#[test]
fn the_coverage_page_is_up_to_date() {
    let mut page = HEAD.to_owned();
    for service in SERVICES {
        page += &section(service);
    }
    golden::check(&golden::path("../../docs/COVERAGE.md"), &page);
}

const HEAD: &str = "\
# What is built

Written by the tests of `crates/faces` (`UPDATE=1 cargo test -p pugmark-faces`): the operations in
the tables, called once each by the coverage test, and the cases in `crates/faces/tests/wire` that
hold their answers and records. An operation that is not here answers with an error that names it.
";

fn section(service: &Service) -> String {
    let (name, source) = (service.name, service.source);
    let protocol = format!("{:?}", service.protocol());
    let mut text = format!("\n## {name}\n\n`{source}`, {protocol}.\n\n");
    text += "| operation | | cases |\n|---|---|---|\n";
    for operation in service.operations {
        let what = match operation.access {
            Access::Read => "reads",
            Access::Search => "searches",
            Access::Write => "changes what is kept",
            Access::Act => "acts",
            Access::Query => "asks SQL",
            Access::Upload => "takes a body",
            Access::Copy => "copies a body",
        };
        let cases = cases(name, operation.name).join(", ");
        text += &format!("| {} | {what} | {cases} |\n", operation.name);
    }
    text
}

fn cases(service: &str, operation: &str) -> Vec<String> {
    let directory = golden::path("tests/wire").join(service).join(operation);
    if !directory.is_dir() {
        return Vec::new();
    }
    let cases = triptych::cases(&directory);
    let name = |path: &std::path::PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    cases.iter().map(name).collect()
}
