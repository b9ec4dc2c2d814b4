//! The walk over a statement that turns Lake's names and functions into the engine's.

use std::collections::BTreeSet;

use datafusion::sql::sqlparser::ast::{
    Cte, Expr, Fetch, Ident, LimitClause, OrderBy, OrderByExpr, OrderByKind, Query, SetExpr,
    SetOperator, Statement, Value, With,
};

use crate::dialect::build;
use crate::dialect::names::{Alias, Clause, Output, Scope, Wrap, output};
use crate::dialect::place_of;
use crate::error::{Error, Result};
use crate::table::schema::JsonPath;

/// A table that the statement reads, once for each time that it stands in a FROM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scan {
    /// What the caller calls the table.
    pub(crate) table: usize,
    /// The name under which the engine will ask for it.
    pub(crate) registered: String,
    /// The places in its JSON that it needs columns for.
    pub(crate) paths: BTreeSet<JsonPath>,
}

/// A statement in the engine's terms.
#[derive(Debug)]
pub(crate) struct Rewritten {
    pub(crate) statement: Statement,
    pub(crate) scans: Vec<Scan>,
    /// The result's columns as the user spelled them.
    pub(crate) columns: Vec<String>,
}

/// Finds the table with a name that the user gave; the answer is the caller's number for it.
pub(crate) type Finder<'a> = &'a dyn Fn(&str) -> Result<usize>;

pub(super) struct NamedQuery {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) outputs: Vec<Output>,
    /// What it adds to a plan each time it is named.
    pub(super) weight: usize,
}

/// SELECTs in a plan once every CTE stands where it is named: the engine copies them, so that a
/// few lines that name each other twice would become millions.
const WEIGHT_MAX: usize = 256;

/// Rewrites one statement.
pub(crate) struct Rewriter<'a> {
    pub(super) find: Finder<'a>,
    /// The moment of the statement, as text the engine reads.
    pub(super) now: String,
    pub(super) relations_max: usize,
    pub(super) scans: Vec<Scan>,
    pub(super) scopes: Vec<Scope>,
    pub(super) queries: Vec<NamedQuery>,
    pub(super) wraps: Vec<Wrap>,
    pub(super) lambdas: Vec<String>,
    /// Aggregates around what is being read.
    pub(super) aggregates: usize,
    ids: usize,
    weight: usize,
}

impl<'a> Rewriter<'a> {
    /// `now` is the moment that `now()` will mean.
    pub(crate) fn new(find: Finder<'a>, now: String, relations_max: usize) -> Self {
        Self {
            find,
            now,
            relations_max,
            scans: Vec::new(),
            scopes: Vec::new(),
            queries: Vec::new(),
            wraps: Vec::new(),
            lambdas: Vec::new(),
            aggregates: 0,
            ids: 0,
            weight: 0,
        }
    }

    /// Rewrites the whole statement.
    pub(crate) fn statement(mut self, mut query: Box<Query>) -> Result<Rewritten> {
        let outputs = self.query(&mut query)?;
        Ok(Rewritten {
            statement: Statement::Query(query),
            scans: self.scans,
            columns: shown_names(&outputs),
        })
    }

    /// A new name for the engine, beginning with `kind`.
    pub(super) fn id(&mut self, kind: &str) -> Result<String> {
        self.ids += 1;
        if self.ids > 4 * self.relations_max {
            return Err(Error::limit("relations", self.ids / 4, self.relations_max));
        }
        Ok(format!("{kind}{}", self.ids))
    }

    /// Adds to what the plan will be once CTEs are copied into it.
    pub(super) fn weigh(&mut self, weight: usize) -> Result<()> {
        self.weight = self.weight.saturating_add(weight);
        match self.weight > WEIGHT_MAX {
            true => Err(Error::limit(
                "SELECTs, counted wherever they are named",
                self.weight,
                WEIGHT_MAX,
            )),
            false => Ok(()),
        }
    }

    pub(super) fn query(&mut self, query: &mut Query) -> Result<Vec<Output>> {
        plain(query)?;
        let known = self.queries.len();
        if let Some(with) = &mut query.with {
            self.with(with)?;
        }
        let outputs = self.body(&mut query.body, query.order_by.as_mut())?;
        self.queries.truncate(known);
        take_fetch(query)?;
        Ok(outputs)
    }

    fn with(&mut self, with: &mut With) -> Result<()> {
        if with.recursive {
            return Err(Error::refused("`WITH RECURSIVE`", "Lake does not have it either"));
        }
        with.cte_tables.iter_mut().try_for_each(|cte| self.cte(cte))
    }

    fn cte(&mut self, cte: &mut Cte) -> Result<()> {
        let (outer, before) = (std::mem::take(&mut self.scopes), self.weight);
        let outputs = self.query(&mut cte.query)?;
        self.scopes = outer;
        let weight = std::mem::replace(&mut self.weight, before) - before;
        let outputs =
            renamed(outputs, &cte.alias.columns.iter().map(|c| &c.name).collect::<Vec<_>>())?;
        let id = self.id("q")?;
        let name = std::mem::replace(&mut cte.alias.name, build::ident(&id)).value;
        cte.alias.columns.clear();
        self.queries.push(NamedQuery { name, id, outputs, weight });
        Ok(())
    }

    fn body(&mut self, body: &mut SetExpr, order: Option<&mut OrderBy>) -> Result<Vec<Output>> {
        match body {
            SetExpr::Select(select) => self.select(select, order),
            SetExpr::Query(query) => {
                let outputs = self.query(query)?;
                self.order_outputs(order, &outputs)?;
                Ok(outputs)
            }
            SetExpr::SetOperation { left, right, op, .. } => {
                let outputs = self.both(left, right, *op)?;
                self.order_outputs(order, &outputs)?;
                Ok(outputs)
            }
            SetExpr::Values(_) => Err(Error::refused("`VALUES` as a query", "use SELECT")),
            _ => Err(Error::refused("this kind of query", "only SELECT is answered")),
        }
    }

    fn both(
        &mut self,
        left: &mut SetExpr,
        right: &mut SetExpr,
        op: SetOperator,
    ) -> Result<Vec<Output>> {
        let outputs = self.body(left, None)?;
        let others = self.body(right, None)?;
        if outputs.len() == others.len() {
            return Ok(outputs);
        }
        let (a, b) = (outputs.len(), others.len());
        Err(Error::invalid(format!("the two sides of {op} have {a} and {b} columns")))
    }

    /// ORDER BY behind a set operation: only the result's columns have names there.
    fn order_outputs(&mut self, order: Option<&mut OrderBy>, outputs: &[Output]) -> Result<()> {
        let Some(order) = order else { return Ok(()) };
        let named = outputs.iter().filter_map(|output| {
            let (name, physical) = (output.name.clone()?, output.physical.clone());
            Some(Alias { name, expr: physical.clone(), physical })
        });
        let aliases = named.collect();
        self.scopes.push(Scope { aliases, clause: Clause::Order, ..Scope::default() });
        for item in order_items(order)? {
            self.order_item(item, outputs.len())?;
        }
        self.scopes.pop();
        Ok(())
    }

    /// One item of ORDER BY. NULLs come last unless asked for, as in Trino.
    pub(super) fn order_item(&mut self, item: &mut OrderByExpr, columns: usize) -> Result<()> {
        if item.with_fill.is_some() {
            return Err(Error::refused("`WITH FILL`", "Trino does not have it"));
        }
        item.options.nulls_first.get_or_insert(false);
        match ordinal(&item.expr) {
            Some(n) if n >= 1 && n <= columns => {
                item.expr = build::name(output(n - 1));
                Ok(())
            }
            Some(n) => {
                Err(Error::invalid(format!("ORDER BY {n}: the result has {columns} columns")))
            }
            None => self.expr(&mut item.expr),
        }
    }
}

/// The number in `ORDER BY 2` or `GROUP BY 1`.
pub(crate) fn ordinal(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn order_items(order: &mut OrderBy) -> Result<&mut Vec<OrderByExpr>> {
    match &mut order.kind {
        OrderByKind::Expressions(items) if order.interpolate.is_none() => Ok(items),
        _ => Err(Error::refused("`ORDER BY ALL`", "name the columns")),
    }
}

/// Gives the columns of a derived relation the names in `t (a, b)`.
pub(super) fn renamed(mut outputs: Vec<Output>, names: &[&Ident]) -> Result<Vec<Output>> {
    if names.is_empty() {
        return Ok(outputs);
    }
    if names.len() != outputs.len() {
        let (a, b) = (names.len(), outputs.len());
        let error = Error::invalid(format!("{a} column names for {b} columns"));
        return Err(error.at(names.first().and_then(|name| place_of(name.span))));
    }
    for (output, name) in outputs.iter_mut().zip(names) {
        output.name = Some(name.value.clone());
    }
    Ok(outputs)
}

/// What the result's columns are called: `_col3` where the user gave no name, `a_2` where the
/// name is there already.
fn shown_names(outputs: &[Output]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(outputs.len());
    for (index, output) in outputs.iter().enumerate() {
        let name = output.name.clone().unwrap_or_else(|| format!("_col{index}"));
        let again = names.iter().filter(|n| n.eq_ignore_ascii_case(&name)).count();
        let numbered = (again + 1..).map(|n| format!("{name}_{n}"));
        let free = std::iter::once(name.clone())
            .chain(numbered)
            .find(|n| !names.iter().any(|taken| taken.eq_ignore_ascii_case(n)));
        names.push(free.unwrap_or(name));
    }
    names
}

fn plain(query: &Query) -> Result<()> {
    let odd = [
        (!query.locks.is_empty(), "`FOR UPDATE`"),
        (query.for_clause.is_some(), "`FOR`"),
        (query.settings.is_some(), "`SETTINGS`"),
        (query.format_clause.is_some(), "`FORMAT`"),
        (!query.pipe_operators.is_empty(), "`|>`"),
    ];
    match odd.iter().find(|(is, _)| *is) {
        Some((_, name)) => Err(Error::refused(name, "Trino does not have it")),
        None => Ok(()),
    }
}

/// `FETCH FIRST n ROWS ONLY` is LIMIT.
fn take_fetch(query: &mut Query) -> Result<()> {
    let Some(Fetch { with_ties, percent, quantity }) = query.fetch.take() else { return Ok(()) };
    if with_ties || percent {
        return Err(Error::refused("`FETCH … WITH TIES`", "use a window function"));
    }
    let limit = Some(quantity.unwrap_or_else(|| build::number(1)));
    query.limit_clause = match query.limit_clause.take() {
        None => Some(LimitClause::LimitOffset { limit, offset: None, limit_by: Vec::new() }),
        Some(LimitClause::LimitOffset { limit: None, offset, limit_by }) => {
            Some(LimitClause::LimitOffset { limit, offset, limit_by })
        }
        Some(_) => return Err(Error::syntax("both LIMIT and FETCH")),
    };
    Ok(())
}
