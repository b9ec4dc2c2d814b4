//! What names mean at one place of a statement.

use datafusion::sql::sqlparser::ast::{Expr, SelectItem, TableWithJoins};

use crate::dialect::build;
use crate::table::schema::{COLUMNS, Column};

/// Something in a FROM.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    /// What the user calls it.
    pub(super) alias: Option<String>,
    /// What the engine calls it: unique in the statement.
    pub(super) id: String,
    pub(super) source: Source,
    /// The [`Wrap`]s around it, innermost first.
    pub(super) wraps: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum Source {
    /// An event data store: the scan with this index.
    Store(usize),
    /// A subquery, a CTE or an UNNEST.
    Derived(Vec<Output>),
}

/// A column of a derived relation or of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output {
    /// As the user spelled it; what has no name cannot be asked for.
    pub(super) name: Option<String>,
    /// What it is to the engine, without the relation.
    pub(super) physical: Expr,
    /// A member to take from it: UNNEST of rows gives a column for each.
    pub(super) member: Option<&'static str>,
}

/// The name under which a projection gives its `index`-th column to the engine.
pub(super) fn output(index: usize) -> String {
    format!("c{index}")
}

impl Output {
    pub(super) fn numbered(index: usize, name: Option<String>) -> Self {
        Self { name, physical: build::name(output(index)), member: None }
    }

    pub(super) fn physical_name(&self) -> &str {
        match &self.physical {
            Expr::Identifier(ident) => &ident.value,
            _ => "",
        }
    }
}

impl Relation {
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.alias.as_deref().is_some_and(|alias| alias.eq_ignore_ascii_case(name))
    }

    /// How many of its columns have this name.
    pub(super) fn columns_called(&self, name: &str) -> usize {
        match &self.source {
            Source::Store(_) => usize::from(Column::named(name).is_some_and(is_top)),
            Source::Derived(outputs) => outputs.iter().filter(|output| is(output, name)).count(),
        }
    }

    /// Names to suggest.
    pub(super) fn known(&self) -> Vec<&str> {
        match &self.source {
            Source::Store(_) => COLUMNS.iter().map(|column| column.canonical).collect(),
            Source::Derived(outputs) => {
                outputs.iter().filter_map(|output| output.name.as_deref()).collect()
            }
        }
    }
}

pub(super) fn is(output: &Output, name: &str) -> bool {
    output.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
}

fn is_top(column: &Column) -> bool {
    !column.canonical.contains('.')
}

/// What the names of one SELECT mean.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) relations: Vec<Relation>,
    /// Columns joined with USING: unqualified, they are of this relation.
    pub(super) merged: Vec<(String, usize)>,
    /// Whole JSON columns that are grouped by, as relation and column: what lies within them
    /// must be taken from the group's value.
    pub(super) grouped: Vec<(String, &'static str)>,
    /// Select items that have a name.
    pub(super) aliases: Vec<Alias>,
    pub(super) clause: Clause,
}

/// A select item's name.
#[derive(Clone, Debug)]
pub(super) struct Alias {
    pub(super) name: String,
    /// What it stands for.
    pub(super) expr: Expr,
    /// The result's column.
    pub(super) physical: Expr,
}

/// Which clause is being read: it decides what an alias may stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Clause {
    /// Only columns of the FROM have names.
    #[default]
    Rows,
    /// A name that is no column may be a select item's.
    Groups,
    /// A select item's name goes before a column's.
    Order,
}

/// A FROM that an UNNEST is applied to: `(SELECT exported…, unnest(…) FROM inner) AS id`.
#[derive(Debug)]
pub(super) struct Wrap {
    pub(super) id: String,
    pub(super) inner: Vec<TableWithJoins>,
    pub(super) exported: Vec<Expr>,
    pub(super) unnested: Vec<SelectItem>,
}

impl Wrap {
    /// Lets a column of the inside out; returns how it is called outside.
    pub(super) fn export(&mut self, inside: Expr) -> Expr {
        let known = self.exported.iter().position(|expr| *expr == inside);
        let index = known.unwrap_or(self.exported.len());
        if known.is_none() {
            self.exported.push(inside);
        }
        build::column(&self.id, &self.outside(index))
    }

    /// What an exported column is called outside: different in every wrap, for they nest.
    fn outside(&self, index: usize) -> String {
        format!("{}_{index}", self.id)
    }

    /// The inside of a column that was exported under this name.
    pub(super) fn inside(&self, outside: &str) -> Option<&Expr> {
        let index = outside.strip_prefix(self.id.as_str())?.strip_prefix('_')?.parse::<usize>();
        self.exported.get(index.ok()?)
    }

    pub(super) fn projection(&mut self) -> Vec<SelectItem> {
        let exported = std::mem::take(&mut self.exported).into_iter().enumerate();
        let exported = exported.map(|(index, expr)| SelectItem::ExprWithAlias {
            expr,
            alias: build::ident(self.outside(index)),
        });
        let exported: Vec<SelectItem> = exported.collect();
        exported.into_iter().chain(std::mem::take(&mut self.unnested)).collect()
    }
}
