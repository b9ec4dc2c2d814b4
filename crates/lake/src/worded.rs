//! A column of a part with the values its codes stand for.

use crate::actor::{self, Actor};
use crate::bits::Packed;
use crate::column::Column;
use crate::dictionary::Dictionary;
use crate::error::Error;
use crate::format::Kind;
use crate::part::Part;
use hashbrown::HashMap;
use std::borrow::Cow;
use std::sync::Arc;

/// Codes and values of a column.
#[derive(Clone, Debug)]
pub(crate) struct Worded {
    column: Column,
    codes: Arc<Packed>,
    pub(crate) values: Arc<Dictionary>,
}

impl Worded {
    /// `None` where the part has no such column: no row has a value, or all are kept in blocks.
    pub(crate) fn of(part: &Part, column: Column) -> Result<Option<Self>, Error> {
        if !part.has(Kind::Codes, column) || !part.has(Kind::Values, column) {
            return Ok(None);
        }
        Self::open(part, column).map(Some)
    }

    pub(crate) fn open(part: &Part, column: Column) -> Result<Self, Error> {
        Ok(Self { column, codes: part.codes(column)?, values: part.values(column)? })
    }

    /// A column that no row has.
    pub(crate) fn empty(column: Column) -> Self {
        Self { column, codes: Arc::default(), values: Arc::default() }
    }

    /// The code of a row; 0 where it has no value.
    #[inline]
    pub(crate) fn code(&self, row: u32) -> u32 {
        self.codes.at(row as usize) as u32
    }

    /// What a code stands for; empty for 0.
    pub(crate) fn text(&self, code: u32) -> Cow<'_, str> {
        self.spelled(code).unwrap_or_default()
    }

    /// The same; `None` for what is stored and is no text.
    pub(crate) fn spelled(&self, code: u32) -> Option<Cow<'_, str>> {
        self.column.text(self.values.value(code))
    }
}

/// Who acted, by row of a part. The same codes are the same actor, made once.
#[derive(Debug)]
pub struct Actors {
    columns: [Option<Worded>; 9],
    made: HashMap<[u32; 9], Arc<Actor>>,
}

impl Actors {
    /// Reads the columns of a part that tell who acted.
    ///
    /// # Errors
    /// Sections that cannot be read.
    pub fn of(part: &Part) -> Result<Self, Error> {
        let mut columns = [const { None }; 9];
        for (slot, field) in columns.iter_mut().zip(actor::FIELDS) {
            *slot = Worded::of(part, Column::Field(field))?;
        }
        Ok(Self { columns, made: HashMap::new() })
    }

    /// Who made the record of a row.
    pub fn at(&mut self, row: u32) -> Arc<Actor> {
        let columns = &self.columns;
        let codes =
            columns.each_ref().map(|column| column.as_ref().map_or(0, |column| column.code(row)));
        let text = |(column, code): (&Option<Worded>, u32)| match column {
            Some(column) => column.text(code).into_owned(),
            None => String::new(),
        };
        let make = || {
            let mut texts = columns.iter().zip(codes).map(text);
            Arc::new(Actor::from_texts(std::array::from_fn(|_| texts.next().unwrap_or_default())))
        };
        Arc::clone(self.made.entry(codes).or_insert_with(make))
    }
}
