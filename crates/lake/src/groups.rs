//! Which rows of a part have the same value of a facet.

use crate::bits::Packed;
use crate::blend::{Actions, Firsts, action};
use crate::column::{BETWEEN_KINDS, Column, always_coded};
use crate::error::Error;
use crate::facet::{Facet, Outcome};
use crate::outcomes::Outcomes;
use crate::part::Part;
use crate::reader::Reader;
use crate::row::Flags;
use crate::tail::Entry;
use crate::worded::Worded;
use hashbrown::HashMap;
use model::{Category, Field, RecordView, Scan};
use std::borrow::Cow;
use std::sync::Arc;

/// The groups of one facet in one part; group 0 has no value.
pub(crate) struct Groups(Form);

enum Form {
    /// No row has a value.
    Nothing,
    /// All rows have this one.
    Same(String),
    /// As a column has it.
    Column(Worded),
    /// Several values a row.
    Kinds(Worded),
    /// As flags have it: which bits, and what they stand for.
    Flags(Arc<Packed>, u64, Facet),
    Outcome(Outcomes),
    /// The first of several columns that says something.
    First(Firsts),
    /// Made of two columns.
    Action(Actions),
    /// The part keeps the values in its blocks: each record is read.
    Read(Box<Reads>),
}

/// The columns that say who acted; the first that says something counts.
const PRINCIPAL: [Field; 4] =
    [Field::IdentityArn, Field::PrincipalId, Field::InvokedBy, Field::IdentityType];

const fn field(facet: Facet) -> Option<Field> {
    Some(match facet {
        Facet::EventName => Field::EventName,
        Facet::EventSource => Field::EventSource,
        Facet::Region => Field::AwsRegion,
        Facet::SourceIp => Field::SourceIp,
        Facet::UserAgent => Field::UserAgent,
        Facet::AccessKey => Field::AccessKeyId,
        Facet::Role => Field::IssuerArn,
        Facet::IdentityType => Field::IdentityType,
        Facet::InvokedBy => Field::InvokedBy,
        Facet::SourceIdentity => Field::SourceIdentity,
        Facet::Mfa => Field::MfaAuthenticated,
        Facet::ErrorCode => Field::ErrorCode,
        Facet::Account => Field::RecipientAccount,
        Facet::EventType => Field::EventType,
        Facet::VpcEndpoint => Field::VpcEndpointId,
        Facet::TlsVersion => Field::TlsVersion,
        _ => return None,
    })
}

impl Groups {
    pub(crate) fn of(part: &Arc<Part>, facet: Facet) -> Result<Self, Error> {
        if let Some(field) = field(facet) {
            return of_field(part, field).map(Self);
        }
        let flags = |mask| Ok(Form::Flags(part.codes(Column::Flags)?, u64::from(mask), facet));
        let form = match facet {
            Facet::Owner => Form::Same(part.meta.owner.to_string()),
            Facet::Username => match Worded::of(part, Column::Username)? {
                Some(coded) => Form::Column(coded),
                None => Form::Nothing,
            },
            Facet::ResourceType => match Worded::of(part, Column::Kinds)? {
                Some(coded) => Form::Kinds(coded),
                None => Form::Nothing,
            },
            Facet::Outcome => Form::Outcome(Outcomes::of(part)?),
            Facet::ReadOnly => flags(Flags::READ_ONLY | Flags::READ_ONLY_KNOWN)?,
            Facet::Category => flags(Flags::CATEGORY_MASK)?,
            Facet::Origin => flags(Flags::ORIGIN_MASK)?,
            Facet::Action => Form::Action(Actions::of(part)?),
            _ => Form::First(Firsts::of(part, &PRINCIPAL)?),
        };
        Ok(Self(form))
    }

    /// Whether each record is read, which takes long.
    pub(crate) const fn reads(&self) -> bool {
        matches!(self.0, Form::Read(_))
    }

    /// How many groups there will be, roughly.
    pub(crate) fn expected(&self) -> usize {
        match &self.0 {
            Form::Column(coded) | Form::Kinds(coded) => coded.values.len() + 1,
            _ => 64,
        }
    }

    /// The group of a row.
    #[inline]
    pub(crate) fn at(&mut self, row: u32) -> Result<u32, Error> {
        Ok(match &mut self.0 {
            Form::Nothing => 0,
            Form::Same(_) => 1,
            Form::Column(coded) | Form::Kinds(coded) => coded.code(row),
            Form::Flags(flags, mask, _) => (flags.at(row as usize) & *mask) as u32 + 1,
            Form::Outcome(outcomes) => outcomes.at(row) as u32 + 1,
            Form::First(firsts) => firsts.at(row),
            Form::Action(actions) => actions.at(row),
            Form::Read(reads) => reads.at(row)?,
        })
    }

    /// The group of all rows that have just this value, where a column tells it at once.
    pub(crate) fn group_of(&self, value: &str) -> Option<u32> {
        match &self.0 {
            Form::Column(coded) if !coded.values.escapes() => {
                Some(coded.values.code(value.as_bytes()).unwrap_or(0))
            }
            _ => None,
        }
    }

    /// The values of a group; an empty one where there is none.
    pub(crate) fn values(&self, group: u32, mut take: impl FnMut(&str)) {
        match &self.0 {
            Form::Nothing => take(""),
            Form::Same(text) => take(text),
            Form::Column(coded) => take(&coded.text(group)),
            Form::Kinds(coded) => kinds(coded.values.value(group), take),
            Form::Flags(_, _, facet) => take(flag_text(*facet, group.saturating_sub(1) as u16)),
            Form::Outcome(_) => take(match group {
                1 => Outcome::Ok.as_str(),
                2 => Outcome::Denied.as_str(),
                _ => Outcome::Failed.as_str(),
            }),
            Form::First(firsts) => take(&firsts.text(group)),
            Form::Action(actions) => take(&actions.text(group)),
            Form::Read(reads) => take(reads.values.get(group as usize).map_or("", String::as_str)),
        }
    }
}

fn of_field(part: &Arc<Part>, field: Field) -> Result<Form, Error> {
    if let Some(coded) = Worded::of(part, Column::Field(field))? {
        return Ok(Form::Column(coded));
    }
    // A field without a column either has no values or too many different ones for codes.
    if always_coded(field) {
        return Ok(Form::Nothing);
    }
    Ok(Form::Read(Box::new(Reads::of(part, field)?)))
}

fn kinds(joined: &[u8], mut take: impl FnMut(&str)) {
    for kind in joined.split(|byte| *byte == BETWEEN_KINDS) {
        take(Column::Kinds.text(kind).as_deref().unwrap_or(""));
    }
}

/// What the bits of a facet say.
fn flag_text(facet: Facet, bits: u16) -> &'static str {
    let both = Flags::READ_ONLY | Flags::READ_ONLY_KNOWN;
    match facet {
        Facet::ReadOnly if bits == both => "true",
        Facet::ReadOnly if bits == Flags::READ_ONLY_KNOWN => "false",
        Facet::Category => {
            let is = |category: &&Category| **category as u16 == bits >> Flags::CATEGORY_SHIFT;
            Category::ALL.iter().find(is).map_or("", |category| category.as_str())
        }
        Facet::Origin => Flags(bits).origin().map_or("", model::Origin::as_str),
        _ => "",
    }
}

/// The text of a field, as its column would have it: fields that need not have one leave what
/// looks like a time or a UUID to the shapes.
fn column_text<'a>(view: &RecordView<'a>, field: Field) -> Cow<'a, str> {
    let plain = |leaf: model::Leaf| leaf.kind == model::LeafKind::Plain;
    match always_coded(field) || view.scan().leaf(field).is_some_and(plain) {
        true => view.text(field).unwrap_or_default(),
        false => Cow::Borrowed(""),
    }
}

/// Values read from the records.
struct Reads {
    reader: Reader,
    field: Field,
    groups: HashMap<String, u32>,
    values: Vec<String>,
    scan: Scan,
    bytes: Vec<u8>,
}

impl Reads {
    fn of(part: &Arc<Part>, field: Field) -> Result<Self, Error> {
        Ok(Self {
            reader: Reader::sequential(part)?,
            field,
            groups: HashMap::new(),
            values: vec![String::new()],
            scan: Scan::default(),
            bytes: Vec::new(),
        })
    }

    fn at(&mut self, row: u32) -> Result<u32, Error> {
        self.bytes.clear();
        self.reader.record(row, &mut self.bytes)?;
        if self.scan.read(&self.bytes, 0).is_err() {
            return Ok(0);
        }
        let view = RecordView::new(&self.bytes, &self.scan);
        let text = column_text(&view, self.field);
        if text.is_empty() {
            return Ok(0);
        }
        if let Some(group) = self.groups.get(&*text) {
            return Ok(*group);
        }
        let group = self.values.len() as u32;
        self.values.push(text.to_string());
        self.groups.insert(text.into_owned(), group);
        Ok(group)
    }
}

/// The values of a facet that an entry of the tail has; an empty one where it has none.
pub(crate) fn entry_values(entry: &Entry, facet: Facet, mut take: impl FnMut(&str)) {
    let view = entry.view();
    if let Some(field) = field(facet) {
        return take(&column_text(&view, field));
    }
    let text = |field| view.text(field).unwrap_or(Cow::Borrowed(""));
    let bits = |mask: u16| entry.flags.0 & mask;
    match facet {
        Facet::Owner => take(entry.record.owner.as_str()),
        Facet::Username => take(entry.username.as_deref().unwrap_or("")),
        Facet::ResourceType => entry_kinds(entry, take),
        Facet::Outcome => {
            take(Outcome::of(entry.flags.failed(), &text(Field::ErrorCode)).as_str());
        }
        Facet::ReadOnly => {
            take(flag_text(facet, bits(Flags::READ_ONLY | Flags::READ_ONLY_KNOWN)));
        }
        Facet::Category => take(flag_text(facet, bits(Flags::CATEGORY_MASK))),
        Facet::Origin => take(flag_text(facet, bits(Flags::ORIGIN_MASK))),
        Facet::Action => take(&action(&text(Field::EventSource), &text(Field::EventName))),
        _ => {
            let told = PRINCIPAL.map(text).into_iter().find(|text| !text.is_empty());
            take(&told.unwrap_or_default());
        }
    }
}

fn entry_kinds(entry: &Entry, mut take: impl FnMut(&str)) {
    let kinds = || entry.resources.iter().map(|(kind, _)| kind.as_str());
    for (place, kind) in kinds().enumerate() {
        if !kinds().take(place).any(|earlier| earlier == kind) {
            take(kind);
        }
    }
    if entry.resources.is_empty() {
        take("");
    }
}
