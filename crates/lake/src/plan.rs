//! A look-up, made ready for one part: tests on codes, and where there are lists of rows, the
//! shortest of them.

use crate::bits::Packed;
use crate::column::{BETWEEN_KINDS, Column};
use crate::dictionary::Dictionary;
use crate::draft::name_hash;
use crate::error::Error;
use crate::format::Kind;
use crate::matcher::{ActionMatcher, Matcher};
use crate::membership;
use crate::part::Part;
use crate::row::Flags;
use crate::search::{Attribute, Match, Search, Term};
use model::{Category, Field, Origin, RecordId};
use std::sync::Arc;

/// Columns that name a principal.
pub(crate) const WHO: &[Column] = &[
    Column::Username,
    Column::Field(Field::IdentityArn),
    Column::Field(Field::PrincipalId),
    Column::Field(Field::AccessKeyId),
    Column::Field(Field::UserName),
    Column::Field(Field::IssuerUserName),
    Column::Field(Field::IssuerArn),
    Column::Field(Field::IdentityAccount),
    Column::Field(Field::InvokedBy),
    Column::Field(Field::SourceIdentity),
];

/// Some codes of a column.
#[derive(Debug)]
struct CodeSet {
    codes: Vec<u32>,
    bits: Vec<u64>,
}

impl CodeSet {
    fn new(codes: Vec<u32>, values: usize) -> Self {
        let mut bits = vec![0; values / 64 + 1];
        for code in &codes {
            if let Some(word) = bits.get_mut(*code as usize / 64) {
                *word |= 1 << (code % 64);
            }
        }
        Self { codes, bits }
    }

    #[inline]
    fn has(&self, code: u64) -> bool {
        self.bits.get(code as usize / 64).is_some_and(|word| word >> (code % 64) & 1 == 1)
    }
}

/// A test of a row.
#[derive(Debug)]
enum Test {
    Codes {
        column: Column,
        packed: Arc<Packed>,
        set: CodeSet,
    },
    Flags {
        packed: Arc<Packed>,
        mask: u64,
        value: u64,
    },
    /// Rows known beforehand, ascending.
    Rows(Vec<u32>),
    Any(Vec<Test>),
    All(Vec<Test>),
}

impl Test {
    const NEVER: Self = Self::Any(Vec::new());

    fn holds(&self, row: u32) -> bool {
        match self {
            Self::Codes { packed, set, .. } => set.has(packed.at(row as usize)),
            Self::Flags { packed, mask, value } => packed.at(row as usize) & mask == *value,
            Self::Rows(rows) => rows.binary_search(&row).is_ok(),
            Self::Any(tests) => tests.iter().any(|test| test.holds(row)),
            Self::All(tests) => tests.iter().all(|test| test.holds(row)),
        }
    }

    /// Rows that may pass, ascending; `None` where only walking tells.
    fn rows(&self, part: &Part) -> Result<Option<Vec<u32>>, Error> {
        match self {
            Self::Rows(rows) => Ok(Some(rows.clone())),
            Self::Flags { .. } => Ok(None),
            Self::Codes { column, set, .. } => code_rows(part, *column, set),
            Self::Any(tests) => union(part, tests),
            Self::All(tests) => shortest(part, tests),
        }
    }
}

fn code_rows(part: &Part, column: Column, set: &CodeSet) -> Result<Option<Vec<u32>>, Error> {
    if !part.has(Kind::Postings, column) {
        return Ok(set.codes.is_empty().then(Vec::new));
    }
    let postings = part.postings(column)?;
    let mut rows = Vec::new();
    for code in &set.codes {
        match postings.rows(*code) {
            Some(more) => rows.extend(more),
            None => return Ok(None),
        }
    }
    rows.sort_unstable();
    Ok(Some(rows))
}

fn union(part: &Part, tests: &[Test]) -> Result<Option<Vec<u32>>, Error> {
    let mut rows = Vec::new();
    for test in tests {
        match test.rows(part)? {
            Some(more) => rows.extend(more),
            None => return Ok(None),
        }
    }
    rows.sort_unstable();
    rows.dedup();
    Ok(Some(rows))
}

fn shortest(part: &Part, tests: &[Test]) -> Result<Option<Vec<u32>>, Error> {
    let mut best: Option<Vec<u32>> = None;
    for test in tests {
        if let Some(rows) = test.rows(part)?
            && best.as_ref().is_none_or(|best| rows.len() < best.len())
        {
            best = Some(rows);
        }
    }
    Ok(best)
}

/// The look-up for one part.
#[derive(Debug)]
pub(crate) struct Plan {
    all: Test,
    /// Rows to try, ascending; `None`: walk them all.
    pub(crate) rows: Option<Vec<u32>>,
}

impl Plan {
    /// `None` where no row of the part can pass.
    pub(crate) fn new(search: &Search, part: &Part) -> Result<Option<Self>, Error> {
        let mut tests = Vec::new();
        if !search.include_hidden {
            tests.push(shown(part, search.store.is_some())?);
        }
        if let Some(region) = &search.region {
            tests.push(test(part, &Term::is(Attribute::Region, region.as_str()))?);
        }
        if let Some(store) = &search.store {
            tests.push(store_test(part, store)?);
        }
        for term in &search.terms {
            tests.push(test(part, term)?);
        }
        let all = Test::All(tests);
        let rows = all.rows(part)?;
        let nothing = rows.as_ref().is_some_and(Vec::is_empty);
        Ok((!nothing).then_some(Self { all, rows }))
    }

    pub(crate) fn holds(&self, row: u32) -> bool {
        self.all.holds(row)
    }
}

fn shown(part: &Part, in_store: bool) -> Result<Test, Error> {
    let first = flags(part, Flags::HIDDEN, 0)?;
    Ok(match in_store {
        true => Test::Any(vec![first, flags(part, Flags::GUEST, Flags::GUEST)?]),
        false => first,
    })
}

fn flags(part: &Part, mask: u16, value: u16) -> Result<Test, Error> {
    let packed = part.codes(Column::Flags)?;
    Ok(Test::Flags { packed, mask: u64::from(mask), value: u64::from(value) })
}

fn test(part: &Part, term: &Term) -> Result<Test, Error> {
    let field = |field| column_test(part, Column::Field(field), &term.matches);
    match term.what {
        Attribute::EventName => field(Field::EventName),
        Attribute::EventSource => field(Field::EventSource),
        Attribute::AccessKeyId => field(Field::AccessKeyId),
        Attribute::SourceIp => field(Field::SourceIp),
        Attribute::ErrorCode => field(Field::ErrorCode),
        Attribute::Region => field(Field::AwsRegion),
        Attribute::Account => field(Field::RecipientAccount),
        Attribute::IdentityArn => field(Field::IdentityArn),
        Attribute::IssuedKey => field(Field::IssuedKey),
        Attribute::Username => column_test(part, Column::Username, &term.matches),
        Attribute::ResourceType => kinds_test(part, &term.matches),
        Attribute::ResourceName => names_test(part, &term.matches),
        Attribute::Who => who_test(part, &term.matches),
        Attribute::Action => action_test(part, &term.matches),
        Attribute::Identity | Attribute::EventId => id_test(part, &term.matches),
        Attribute::ReadOnly | Attribute::Failed | Attribute::Category | Attribute::Origin => {
            let bits = flag_bits(term).into_iter();
            let tests = bits.map(|(mask, value)| flags(part, mask, value));
            Ok(Test::Any(tests.collect::<Result<_, _>>()?))
        }
    }
}

/// The bits (mask and value) that a term about facts asks for; any of them will do.
pub(crate) fn flag_bits(term: &Term) -> Vec<(u16, u16)> {
    let matcher = Matcher::new(&term.matches);
    let wanted = |(text, _, _): &(&str, u16, u16)| match term.what {
        Attribute::Category => matcher.matches_any_case(text),
        _ => matcher.matches(text),
    };
    let facts = facts(term.what).into_iter().filter(wanted);
    facts.map(|(_, mask, value)| (mask, value)).collect()
}

/// The values an attribute may have, each with the bits that stand for it.
fn facts(what: Attribute) -> Vec<(&'static str, u16, u16)> {
    match what {
        Attribute::ReadOnly => {
            let (known, both) = (Flags::READ_ONLY_KNOWN, Flags::READ_ONLY_KNOWN | Flags::READ_ONLY);
            vec![("true", both, both), ("false", both, known)]
        }
        Attribute::Failed => {
            vec![("true", Flags::FAILED, Flags::FAILED), ("false", Flags::FAILED, 0)]
        }
        Attribute::Category => {
            let bits = |category: Category| (category as u16) << Flags::CATEGORY_SHIFT;
            Category::ALL.map(|c| (c.as_str(), Flags::CATEGORY_MASK, bits(c))).to_vec()
        }
        Attribute::Origin => [Origin::Recorded, Origin::Imported, Origin::Put]
            .map(|origin| (origin.as_str(), Flags::ORIGIN_MASK, u16::from(origin.code())))
            .to_vec(),
        _ => Vec::new(),
    }
}

/// A test of `column` for the values that `wanted` picks from its dictionary.
fn picked(
    part: &Part,
    column: Column,
    wanted: impl FnOnce(&Dictionary) -> Vec<u32>,
) -> Result<Test, Error> {
    if !part.has(Kind::Values, column) {
        return Ok(Test::NEVER);
    }
    let values = part.values(column)?;
    let codes = wanted(&values);
    if codes.is_empty() {
        return Ok(Test::NEVER);
    }
    let packed = part.codes(column)?;
    Ok(Test::Codes { column, packed, set: CodeSet::new(codes, values.len()) })
}

fn filtered(values: &Dictionary, keep: impl Fn(&[u8]) -> bool) -> Vec<u32> {
    values.iter().filter(|(_, value)| keep(value)).map(|(code, _)| code).collect()
}

/// A test of `column` for the texts that `keep` holds of.
fn text_test(part: &Part, column: Column, keep: impl Fn(&str) -> bool) -> Result<Test, Error> {
    let kept = |value: &[u8]| column.text(value).is_some_and(|text| keep(&text));
    picked(part, column, |values| filtered(values, kept))
}

fn column_test(part: &Part, column: Column, matches: &Match) -> Result<Test, Error> {
    let matcher = Matcher::new(matches);
    let kept = |value: &[u8]| column.text(value).is_some_and(|text| matcher.matches(&text));
    picked(part, column, |values| match matches {
        Match::Is(value) if !values.escapes() => {
            values.code(value.as_bytes()).into_iter().collect()
        }
        _ => filtered(values, kept),
    })
}

fn store_test(part: &Part, store: &str) -> Result<Test, Error> {
    let column = Column::Stores;
    let kept = |set: &[u8]| column.text(set).is_some_and(|set| membership::names(&set, store));
    picked(part, column, |values| filtered(values, kept))
}

fn kinds_test(part: &Part, matches: &Match) -> Result<Test, Error> {
    let matcher = Matcher::new(matches);
    let column = Column::Kinds;
    let kept = |kind: &[u8]| column.text(kind).is_some_and(|kind| matcher.matches(&kind));
    picked(part, column, |values| {
        filtered(values, |joined| joined.split(|b| *b == BETWEEN_KINDS).any(kept))
    })
}

fn names_test(part: &Part, matches: &Match) -> Result<Test, Error> {
    let texts = match matches {
        Match::Is(text) => std::slice::from_ref(text),
        Match::AnyOf(texts) => texts,
        // Patterns are checked by whoever asked: every row may pass here.
        Match::Like(_) => return Ok(Test::All(Vec::new())),
    };
    let names = part.names()?;
    let mut rows: Vec<u32> = texts.iter().flat_map(|text| names.rows(name_hash(text))).collect();
    rows.sort_unstable();
    rows.dedup();
    Ok(Test::Rows(rows))
}

fn who_test(part: &Part, matches: &Match) -> Result<Test, Error> {
    let matcher = Matcher::new(matches);
    let tests = WHO.iter().map(|column| text_test(part, *column, |who| matcher.matches_name(who)));
    Ok(Test::Any(tests.collect::<Result<_, _>>()?))
}

fn action_test(part: &Part, matches: &Match) -> Result<Test, Error> {
    let tests = ActionMatcher::all(matches).into_iter().map(|action| {
        let (source, name) = (Column::Field(Field::EventSource), Column::Field(Field::EventName));
        let mut both = vec![text_test(part, name, |name| action.matches_action(name))?];
        if !action.of_any_source() {
            both.push(text_test(part, source, |source| action.matches_source(source))?);
        }
        Ok(Test::All(both))
    });
    Ok(Test::Any(tests.collect::<Result<_, Error>>()?))
}

fn id_test(part: &Part, matches: &Match) -> Result<Test, Error> {
    match ids(matches).as_slice() {
        [] => Ok(Test::NEVER),
        ids => {
            let mut rows = Vec::new();
            for id in ids {
                rows.extend(part.rows_of(*id)?);
            }
            rows.sort_unstable();
            rows.dedup();
            Ok(Test::Rows(rows))
        }
    }
}

/// The ids that a match names, as 32 hex digits or as UUIDs.
pub(crate) fn ids(matches: &Match) -> Vec<RecordId> {
    let texts = match matches {
        Match::Is(text) => std::slice::from_ref(text),
        Match::AnyOf(texts) => texts,
        Match::Like(_) => &[],
    };
    texts.iter().filter_map(|text| id(text)).collect()
}

fn id(text: &str) -> Option<RecordId> {
    if let Some(id) = RecordId::from_uuid(text.as_bytes()) {
        return Some(id);
    }
    let number = (text.len() == 32).then(|| u128::from_str_radix(text, 16).ok())??;
    Some(RecordId(number.to_be_bytes()))
}
