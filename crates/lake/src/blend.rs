//! Groups of rows that agree in what several columns say together.

use crate::column::Column;
use crate::error::Error;
use crate::part::Part;
use crate::worded::Worded;
use hashbrown::HashMap;
use model::Field;
use std::borrow::Cow;

/// The first of several columns that says something.
#[derive(Debug)]
pub(crate) struct Firsts {
    columns: Vec<First>,
    /// Column and code of each group, from group 1 on.
    keys: Vec<(usize, u32)>,
}

/// A column, and the groups that its codes are.
#[derive(Debug)]
struct First {
    coded: Worded,
    /// The code of an empty text, which says nothing.
    empty: u32,
    groups: Vec<u32>,
}

impl Firsts {
    pub(crate) fn of(part: &Part, fields: &[Field]) -> Result<Self, Error> {
        let mut columns = Vec::new();
        for field in fields {
            if let Some(coded) = Worded::of(part, Column::Field(*field))? {
                let (empty, codes) = (coded.values.code(b"").unwrap_or(0), coded.values.len() + 1);
                columns.push(First { coded, empty, groups: vec![0; codes] });
            }
        }
        Ok(Self { columns, keys: Vec::new() })
    }

    /// How many groups there are so far; no later one has a smaller number.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    #[inline]
    pub(crate) fn at(&mut self, row: u32) -> u32 {
        for (place, first) in self.columns.iter_mut().enumerate() {
            let code = first.coded.code(row);
            if code == 0 || code == first.empty {
                continue;
            }
            let Some(group) = first.groups.get_mut(code as usize) else { continue };
            if *group == 0 {
                self.keys.push((place, code));
                *group = self.keys.len() as u32;
            }
            return *group;
        }
        0
    }

    pub(crate) fn text(&self, group: u32) -> Cow<'_, str> {
        let key = (group as usize).checked_sub(1).and_then(|place| self.keys.get(place));
        let column = key.and_then(|(place, code)| Some((self.columns.get(*place)?, *code)));
        column.map_or(Cow::Borrowed(""), |(first, code)| first.coded.text(code))
    }
}

/// Most pairs of codes for which a table is laid out; more are hashed.
const TABLE_MAX: usize = 1 << 20;

/// Source and name together.
#[derive(Debug)]
pub(crate) struct Actions {
    sources: Option<Worded>,
    names: Option<Worded>,
    /// Groups by pair of codes, where all pairs fit.
    table: Vec<u32>,
    groups: HashMap<(u32, u32), u32>,
    /// The codes of each group, from group 1 on.
    keys: Vec<(u32, u32)>,
    width: usize,
}

impl Actions {
    pub(crate) fn of(part: &Part) -> Result<Self, Error> {
        let sources = Worded::of(part, Column::Field(Field::EventSource))?;
        let names = Worded::of(part, Column::Field(Field::EventName))?;
        let codes = |coded: &Option<Worded>| coded.as_ref().map_or(1, |it| it.values.len() + 1);
        let (height, width) = (codes(&sources), codes(&names));
        let cells = height.checked_mul(width).filter(|cells| *cells <= TABLE_MAX);
        let table = vec![0; cells.unwrap_or(0)];
        Ok(Self { sources, names, table, groups: HashMap::new(), keys: Vec::new(), width })
    }

    /// How many groups there are so far; no later one has a smaller number.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    #[inline]
    pub(crate) fn at(&mut self, row: u32) -> u32 {
        let code = |coded: &Option<Worded>| coded.as_ref().map_or(0, |coded| coded.code(row));
        let key = (code(&self.sources), code(&self.names));
        let place = key.0 as usize * self.width + key.1 as usize;
        let group = match self.table.get_mut(place) {
            Some(group) => group,
            None => self.groups.entry(key).or_insert(0),
        };
        if *group == 0 {
            self.keys.push(key);
            *group = self.keys.len() as u32;
        }
        *group
    }

    pub(crate) fn text(&self, group: u32) -> String {
        let key = (group as usize).checked_sub(1).and_then(|place| self.keys.get(place));
        let Some((source, name)) = key else { return String::new() };
        let text = |coded: &Option<Worded>, code| match coded {
            Some(coded) => coded.text(code).into_owned(),
            None => String::new(),
        };
        action(&text(&self.sources, *source), &text(&self.names, *name))
    }
}

/// `iam.amazonaws.com` and `CreateUser` as `iam:CreateUser`.
pub(crate) fn action(source: &str, name: &str) -> String {
    match source.strip_suffix(".amazonaws.com").unwrap_or(source) {
        "" => name.to_owned(),
        service => format!("{service}:{name}"),
    }
}
