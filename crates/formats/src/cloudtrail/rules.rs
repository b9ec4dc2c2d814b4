//! The published table of where a record names its resources, made ready to be asked.

use super::arn_table::{ARNS, EC2_IDS};
use super::marked::{Marked, mark};
use super::resource_table::TABLE;
use model::Field;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The members of a record that rules look into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Request = 0,
    Response = 1,
    Details = 2,
    Additional = 3,
    Identity = 4,
}

impl Side {
    pub(crate) const ALL: [Self; 5] =
        [Self::Request, Self::Response, Self::Details, Self::Additional, Self::Identity];

    /// The letter that stands for it in the table.
    const fn letter(self) -> char {
        match self {
            Self::Request => 'q',
            Self::Response => 'r',
            Self::Details => 'd',
            Self::Additional => 'a',
            Self::Identity => 'u',
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Request => "requestParameters",
            Self::Response => "responseElements",
            Self::Details => "serviceEventDetails",
            Self::Additional => "additionalEventData",
            Self::Identity => "userIdentity",
        }
    }
}

/// The kind a rule has when the value itself tells the type: an ARN.
pub(crate) const BY_ARN: &str = "ARN";

/// One place in which a resource is named.
#[derive(Debug)]
pub(crate) struct Rule {
    /// First key of the path.
    key: &'static str,
    /// The keys below it.
    pub(crate) rest: Vec<&'static str>,
    /// Event names it holds for; none for all of the source's.
    events: Vec<Event>,
    /// The type, or [`BY_ARN`].
    pub(crate) kind: &'static str,
}

/// An event name of a rule.
#[derive(Clone, Copy, Debug)]
enum Event {
    Named(u32, &'static str),
    Begins(&'static str),
}

impl Event {
    fn new(name: &'static str) -> Self {
        match name.strip_suffix('*') {
            Some(prefix) => Self::Begins(prefix),
            None => Self::Named(mark(name.as_bytes()), name),
        }
    }
}

impl Rule {
    fn fits(&self, event: &[u8]) -> bool {
        let marked = mark(event);
        self.events.iter().any(|name| match name {
            Event::Named(mark, name) => *mark == marked && name.as_bytes() == event,
            Event::Begins(prefix) => event.starts_with(prefix.as_bytes()),
        })
    }
}

/// The rules of one event source.
#[derive(Debug)]
pub(crate) struct Source {
    name: &'static str,
    /// Whether ids of EC2's are looked for in every string.
    pub(crate) ids: bool,
    sides: [Marked<Rule>; 5],
}

impl Source {
    fn side(&self, side: Side) -> Option<&Marked<Rule>> {
        self.sides.get(side as usize)
    }

    /// Whether a side is worth reading.
    pub(crate) fn reads(&self, side: Side) -> bool {
        self.side(side).is_some_and(|rules| !rules.rows().is_empty())
    }

    /// The members of `userIdentity` that the event names a resource by.
    pub(crate) fn of_identity(&self, event: &[u8]) -> impl Iterator<Item = (Field, &'static str)> {
        let rules = self.side(Side::Identity).map(Marked::rows).unwrap_or_default();
        let fits = move |rule: &&Rule| rule.events.is_empty() || rule.fits(event);
        rules.iter().filter(fits).filter_map(|rule| Some((field(rule.key)?, rule.kind)))
    }

    /// The rules for a key at the top of a side, in any case: producers spell `dBName` and
    /// `dbName`. Rules that name the event beat those that hold for all events.
    pub(crate) fn rules<'e>(
        &'static self,
        side: Side,
        key: &'e [u8],
        event: &'e [u8],
    ) -> impl Iterator<Item = &'static Rule> + 'e {
        let same = self.side(side).map(|rules| rules.same(mark(key))).unwrap_or_default();
        let same = same.iter().filter(|rule| rule.key.as_bytes().eq_ignore_ascii_case(key));
        let named = same.clone().any(|rule| rule.fits(event));
        same.filter(move |rule| match named {
            true => rule.fits(event),
            false => rule.events.is_empty(),
        })
    }
}

/// A key of `userIdentity` as the scan has it.
fn field(key: &str) -> Option<Field> {
    match key {
        "userName" => Some(Field::UserName),
        "arn" => Some(Field::IdentityArn),
        "accountId" => Some(Field::IdentityAccount),
        _ => None,
    }
}

/// The rules of a source, by its name without `.amazonaws.com`.
pub(crate) fn source(name: &[u8]) -> Option<&'static Source> {
    static SOURCES: LazyLock<Marked<Source>> = LazyLock::new(|| compile(TABLE));
    let mut same = SOURCES.same(mark(name)).iter();
    same.find(|source| source.name.as_bytes() == name)
}

fn compile(table: &'static str) -> Marked<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for line in table.lines() {
        if let Some(head) = line.strip_prefix('[') {
            sources.push(open(head.trim_end_matches(']')));
        } else if let Some(source) = sources.last_mut() {
            add(source, line);
        }
    }
    let mut marked = Marked::default();
    for source in sources {
        marked.insert(mark(source.name.as_bytes()), source);
    }
    marked
}

fn open(head: &'static str) -> Source {
    Source {
        name: head.strip_suffix(" ids").unwrap_or(head),
        ids: head.ends_with(" ids"),
        sides: Default::default(),
    }
}

/// A line of the table, taken apart: events, paths, type.
type Line = (Vec<&'static str>, Vec<&'static str>, &'static str);

fn parse(line: &'static str) -> Option<Line> {
    let (places, kind) = line.split_once(" = ")?;
    let (events, paths) = places.split_once(": ").unwrap_or(("", places));
    let words = |text: &'static str| text.split_whitespace().collect();
    Some((words(events), words(paths), kind))
}

fn add(source: &mut Source, line: &'static str) {
    let Some((events, paths, kind)) = parse(line) else {
        return;
    };
    for (letters, path) in paths.iter().filter_map(|path| path.split_once('.')) {
        for side in Side::ALL {
            if letters.contains(side.letter())
                && let Some(rules) = source.sides.get_mut(side as usize)
            {
                let rule = rule(&events, path, kind);
                rules.insert(mark(rule.key.as_bytes()), rule);
            }
        }
    }
}

fn rule(events: &[&'static str], path: &'static str, kind: &'static str) -> Rule {
    let mut keys = path.split('.').map(|key| key.trim_end_matches("[]"));
    let key = keys.next().unwrap_or_default();
    let events = events.iter().map(|name| Event::new(name)).collect();
    Rule { key, rest: keys.collect(), events, kind }
}

/// Service, start of the resource part, type.
type ArnRow = (&'static str, &'static str, &'static str);

/// Sorted by service; rows of a service in the order in which they are tried.
fn arn_rows() -> &'static [ArnRow] {
    static ROWS: LazyLock<Vec<ArnRow>> = LazyLock::new(|| {
        let mut rows: Vec<ArnRow> = ARNS.lines().filter_map(arn_row).collect();
        rows.sort_by_key(|(service, _, _)| *service);
        rows
    });
    &ROWS
}

fn arn_row(line: &'static str) -> Option<ArnRow> {
    let mut words = line.split(' ');
    let (service, start, kind) = (words.next()?, words.next()?, words.next()?);
    Some((service, start.trim_start_matches('-'), kind))
}

/// The type an ARN names by itself.
pub(crate) fn kind_of_arn(arn: &str) -> Option<&'static str> {
    let mut parts = arn.strip_prefix("arn:")?.splitn(5, ':');
    let (_, service, resource) = (parts.next()?, parts.next()?, parts.nth(2)?);
    let rows = arn_rows();
    let first = rows.partition_point(|(row, _, _)| *row < service);
    let mut same = rows.iter().skip(first).take_while(|(row, _, _)| *row == service);
    let (_, _, kind) = same.find(|(_, start, _)| resource.starts_with(start))?;
    let object = *kind == "AWS::S3::Bucket" && resource.contains('/');
    Some(if object { "AWS::S3::Object" } else { kind })
}

/// The type an EC2 id names by itself: `PREFIX-` and 8 or 17 hexadecimal digits.
pub(crate) fn kind_of_id(id: &[u8]) -> Option<&'static str> {
    [8, 17].into_iter().find_map(|digits| {
        let (prefix, tail) = id.split_at_checked(id.len().checked_sub(digits + 1)?)?;
        let digits = tail.strip_prefix(b"-")?;
        let place = EC2_IDS.binary_search_by(|(row, _)| row.as_bytes().cmp(prefix)).ok()?;
        let real = digits.iter().all(u8::is_ascii_hexdigit);
        Some(EC2_IDS.get(place).filter(|_| real)?.1)
    })
}

/// The table as `docs/resources.md` shows it.
pub fn table_markdown() -> String {
    let mut out = String::new();
    for line in TABLE.lines() {
        if let Some(head) = line.strip_prefix('[') {
            heading(head.trim_end_matches(']'), &mut out);
        } else if let Some((events, paths, kind)) = parse(line) {
            let events = if events.is_empty() { "any".to_owned() } else { code(&events) };
            let paths: Vec<String> = paths.iter().map(|path| in_full(path)).collect();
            let _ = writeln!(out, "| {events} | {} | `{kind}` |", paths.join(", "));
        }
    }
    out
}

fn heading(head: &str, out: &mut String) {
    let (name, ids) = match head.strip_suffix(" ids") {
        Some(name) => (name, "\nEC2 ids are recognised wherever they stand.\n"),
        None => (head, ""),
    };
    let _ =
        write!(out, "\n### {name}.amazonaws.com\n{ids}\n| event | place | type |\n|---|---|---|\n");
}

fn code(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// A path of the table with its letters spelled out.
fn in_full(path: &str) -> String {
    let (letters, path) = path.split_once('.').unwrap_or(("", path));
    let sides = Side::ALL.into_iter().filter(|side| letters.contains(side.letter()));
    let full: Vec<String> = sides.map(|side| format!("`{}.{path}`", side.path())).collect();
    full.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_is_read() {
        for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('[')) {
            let (_, paths, kind) = parse(line).unwrap_or_else(|| panic!("malformed: {line}"));
            assert!(kind == BY_ARN || kind.starts_with("AWS::"), "{line}");
            for path in paths {
                let (letters, _) = path.split_once('.').unwrap();
                assert!(letters.chars().all(|c| "qrdau".contains(c)), "{line}");
                let key = path.strip_prefix("u.").map(field);
                assert!(key != Some(None), "not a member of userIdentity: {line}");
            }
        }
        let rows = ARNS.lines().filter(|line| !line.is_empty());
        assert_eq!(rows.count(), arn_rows().len());
        assert!(EC2_IDS.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn a_source_has_one_section() {
        let heads: Vec<&str> = TABLE.lines().filter(|line| line.starts_with('[')).collect();
        assert!(heads.is_sorted_by(|a, b| a.trim_end_matches(']') < b.trim_end_matches(']')));
    }

    #[test]
    fn arns_and_ids_tell_their_type() {
        for (arn, kind) in [
            ("arn:aws:s3:::b", Some("AWS::S3::Bucket")),
            ("arn:aws:s3:::b/k", Some("AWS::S3::Object")),
            ("arn:aws:s3:us-east-1:1:accesspoint/a", Some("AWS::S3::AccessPoint")),
            ("arn:aws-us-gov:iam::1:role/r", Some("AWS::IAM::Role")),
            ("arn:aws:iam::1:root", None),
            ("arn:aws:iam", None),
            ("role/r", None),
        ] {
            assert_eq!(kind_of_arn(arn), kind, "{arn}");
        }
        for (id, kind) in [
            ("i-12345678", Some("AWS::EC2::Instance")),
            ("eni-attach-0123456789abcdef0", Some("AWS::EC2::NetworkInterfaceAttachment")),
            ("vpce-svc-0123456789ABCDEF0", Some("AWS::EC2::VPCEndpointService")),
            ("i-1234567", None),
            ("x-12345678", None),
            ("12345678", None),
            ("", None),
        ] {
            assert_eq!(kind_of_id(id.as_bytes()), kind, "{id}");
        }
    }
}
