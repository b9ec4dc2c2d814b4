//! Names and what is reached from them: `e.userIdentity.arn`, `requestParameters['x']`,
//! `element_at(resources, 1).arn`.

use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Subscript,
    UnaryOperator, Value,
};

use crate::dialect::build;
use crate::dialect::names::{Alias, Clause, Output, Relation, Scope, Source, is};
use crate::dialect::place_of;
use crate::dialect::rewriter::Rewriter;
use crate::error::{Error, ErrorKind, Result};
use crate::table::schema::{COLUMNS, Column, JsonPath, Kind};

/// A dotted name and the steps from there on.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub(super) names: Vec<Ident>,
    pub(super) steps: Vec<Step>,
}

/// One step into a value.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// `.name`
    Name(Ident),
    /// `['key']`
    Key(String),
    /// `[2]`, counted from 1, from the end if negative.
    Index(i64),
    /// `[expression]`
    Expr(Box<Expr>),
}

impl Chain {
    /// The chain that `expr` is, if it begins with a name.
    pub(super) fn of(expr: &Expr) -> Option<Self> {
        match expr {
            Expr::Identifier(ident) => Some(Self { names: vec![ident.clone()], steps: vec![] }),
            Expr::CompoundIdentifier(names) => {
                Some(Self { names: names.clone(), steps: Vec::new() })
            }
            Expr::Nested(inner) => Self::of(inner),
            _ => {
                let (root, steps) = last_steps(expr)?;
                let mut chain = Self::of(root)?;
                steps.into_iter().for_each(|step| chain.push(step));
                Some(chain)
            }
        }
    }

    fn push(&mut self, step: Step) {
        match step {
            Step::Name(name) if self.steps.is_empty() => self.names.push(name),
            step => self.steps.push(step),
        }
    }

    /// The name that the user would expect on the result's column.
    pub(super) fn last_name(&self) -> Option<String> {
        match self.steps.last() {
            None => self.names.last().map(|name| name.value.clone()),
            Some(Step::Name(name)) => Some(name.value.clone()),
            Some(_) => None,
        }
    }

    fn text(&self) -> String {
        self.names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join(".")
    }
}

/// Splits `root.a['b']` and `element_at(root, 1)` into the root and its steps.
pub(super) fn last_steps(expr: &Expr) -> Option<(&Expr, Vec<Step>)> {
    match expr {
        Expr::CompoundFieldAccess { root, access_chain } => {
            let steps: Option<Vec<Step>> = access_chain.iter().map(step).collect();
            Some((root, steps?))
        }
        Expr::Function(function) if is_element_at(function) => {
            match arguments(function)?.as_slice() {
                [root, key] => Some((root, vec![subscript(key)])),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_element_at(function: &Function) -> bool {
    let name = function.name.0.last().and_then(|part| part.as_ident());
    name.is_some_and(|name| name.value.eq_ignore_ascii_case("element_at"))
}

fn step(access: &AccessExpr) -> Option<Step> {
    match access {
        AccessExpr::Dot(Expr::Identifier(name)) => Some(Step::Name(name.clone())),
        AccessExpr::Subscript(Subscript::Index { index }) => Some(subscript(index)),
        AccessExpr::Dot(_) | AccessExpr::Subscript(_) => None,
    }
}

fn subscript(key: &Expr) -> Step {
    if let Some(key) = string(key) {
        return Step::Key(key.to_owned());
    }
    integer(key).map_or_else(|| Step::Expr(Box::new(key.clone())), Step::Index)
}

/// The text of a string literal.
pub(super) fn string(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        Expr::Nested(inner) => string(inner),
        _ => None,
    }
}

/// The value of an integer literal.
pub(super) fn integer(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok(),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
            integer(expr).and_then(i64::checked_neg)
        }
        _ => None,
    }
}

/// The arguments of a call, where all are plain expressions.
pub(super) fn arguments(function: &Function) -> Option<Vec<&Expr>> {
    let FunctionArguments::List(list) = &function.args else { return None };
    let plain = list.args.iter().map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    });
    plain.collect()
}

impl Rewriter<'_> {
    /// What a chain of names and steps is to the engine.
    pub(super) fn reach(&mut self, chain: &Chain) -> Result<Expr> {
        let Some(first) = chain.names.first() else {
            return Err(Error::internal("a chain without a name"));
        };
        if self.lambdas.iter().any(|name| first.value.eq_ignore_ascii_case(name)) {
            let base = build::name(first.value.to_ascii_lowercase());
            return self.take(base, chain.names.iter().skip(1), &chain.steps);
        }
        if let Some(alias) = self.alias(chain, Clause::Order) {
            return Ok(alias.physical);
        }
        if let Some((relation, rest)) = self.relation_of(chain)? {
            return self.reach_column(&relation, &rest, &chain.steps);
        }
        match self.alias(chain, Clause::Groups) {
            Some(alias) => self.take(alias.expr, chain.names.iter().skip(1), &chain.steps),
            None => Err(self.unknown(chain)),
        }
    }

    /// The select item that a name stands for, if this is the clause for it.
    fn alias(&self, chain: &Chain, clause: Clause) -> Option<Alias> {
        let scope = self.scopes.last()?;
        let alone = chain.names.len() == 1 && chain.steps.is_empty();
        let wanted = match clause {
            Clause::Order => scope.clause == Clause::Order && alone,
            _ => scope.clause != Clause::Rows,
        };
        let name = chain.names.first().filter(|_| wanted)?;
        let mut found = scope.aliases.iter().filter(|a| a.name.eq_ignore_ascii_case(&name.value));
        found.next().cloned()
    }

    /// The relation that a chain begins with or whose column it names, and the names left.
    pub(super) fn relation_of(&self, chain: &Chain) -> Result<Option<(Relation, Vec<Ident>)>> {
        for scope in self.scopes.iter().rev() {
            if let Some(found) = find_in(scope, chain)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn reach_column(&mut self, of: &Relation, names: &[Ident], steps: &[Step]) -> Result<Expr> {
        match &of.source {
            Source::Store(scan) => self.reach_store(of, *scan, names, steps),
            Source::Derived(outputs) => {
                let Some(name) = names.first() else {
                    return Err(Error::internal("a column without a name"));
                };
                let mut found = outputs.iter().filter(|output| is(output, &name.value));
                let (first, second) = (found.next(), found.next());
                match (first, second) {
                    (Some(output), None) => {
                        let base = self.output(of, output);
                        self.take(base, names.iter().skip(1), steps)
                    }
                    _ => Err(ambiguous(name)),
                }
            }
        }
    }

    fn reach_store(
        &mut self,
        of: &Relation,
        scan: usize,
        names: &[Ident],
        steps: &[Step],
    ) -> Result<Expr> {
        let all: Vec<Step> = names.iter().cloned().map(Step::Name).chain(steps.to_vec()).collect();
        let Some((column, rest)) = longest_column(&all) else {
            return Err(Error::internal("a column that is not there"));
        };
        let grouped = self.is_grouped(of, column);
        if rest.is_empty() && !grouped {
            return Ok(self.emit(of, &column.name()));
        }
        if let Some((relation, member, left)) = grouped_within(self, of, column, &all) {
            let base = self.emit(&relation, &member);
            return self.take(base, std::iter::empty(), &left);
        }
        known_member(column, rest)?;
        match path(column, rest) {
            Some(path) => {
                let name = path.column_name();
                if let Some(scan) = self.scans.get_mut(scan) {
                    scan.paths.insert(path);
                }
                Ok(self.emit(of, &name))
            }
            None => {
                let base = self.emit(of, &column.name());
                self.take(base, std::iter::empty(), rest)
            }
        }
    }

    fn is_grouped(&self, of: &Relation, column: &Column) -> bool {
        let within = |canonical: &str| {
            column.canonical == canonical
                || column.canonical.strip_prefix(canonical).is_some_and(|r| r.starts_with('.'))
        };
        self.scopes.last().is_some_and(|scope| {
            scope.grouped.iter().any(|(id, canonical)| *id == of.id && within(canonical))
        })
    }

    /// The engine's expression for a physical column, seen from outside every [`Wrap`].
    ///
    /// [`Wrap`]: crate::dialect::names::Wrap
    pub(super) fn emit(&mut self, relation: &Relation, physical: &str) -> Expr {
        let mut expr = build::column(&relation.id, physical);
        for wrap in &relation.wraps {
            if let Some(wrap) = self.wraps.get_mut(*wrap) {
                expr = wrap.export(expr);
            }
        }
        expr
    }

    /// The engine's expression for a derived relation's column.
    pub(super) fn output(&mut self, relation: &Relation, output: &Output) -> Expr {
        let base = self.emit(relation, output.physical_name());
        match output.member {
            Some(member) => build::call("field_get", vec![base, build::text(member)]),
            None => base,
        }
    }

    /// Steps that are taken while rows are read.
    pub(super) fn take<'n>(
        &mut self,
        base: Expr,
        names: impl Iterator<Item = &'n Ident>,
        steps: &[Step],
    ) -> Result<Expr> {
        let names = names.cloned().map(Step::Name);
        let mut expr = base;
        for step in names.chain(steps.iter().cloned()) {
            expr = match step {
                Step::Name(name) => build::call("field_get", vec![expr, build::text(name.value)]),
                Step::Key(key) => build::call("map_get", vec![expr, build::text(key)]),
                Step::Index(index) => element(expr, build::number(index)),
                Step::Expr(mut key) => {
                    self.expr(&mut key)?;
                    match is_numeric(&key) {
                        true => element(expr, *key),
                        false => build::call("map_get", vec![expr, *key]),
                    }
                }
            };
        }
        Ok(expr)
    }

    fn unknown(&self, chain: &Chain) -> Error {
        let scopes = self.scopes.iter();
        let known: Vec<&str> =
            scopes.clone().flat_map(|s| s.relations.iter().flat_map(Relation::known)).collect();
        let aliases = scopes.flat_map(|s| s.aliases.iter().map(|alias| alias.name.as_str()));
        let name = chain.text();
        let known = known.into_iter().chain(aliases);
        let error = Error::unknown(ErrorKind::UnknownColumn, "column", &name, known);
        let at = chain.names.first().and_then(|name| place_of(name.span));
        match chain.names.first().filter(|name| name.quote_style == Some('"')) {
            Some(_) => error.hint("text is written in single quotes: 'text'"),
            None => error,
        }
        .at(at)
    }
}

fn find_in(scope: &Scope, chain: &Chain) -> Result<Option<(Relation, Vec<Ident>)>> {
    let Some((first, rest)) = chain.names.split_first() else { return Ok(None) };
    let called = scope.relations.iter().find(|r| r.is_called(&first.value));
    if let (Some(relation), Some(column)) = (called, rest.first())
        && relation.columns_called(&column.value) > 0
    {
        return Ok(Some((relation.clone(), rest.to_vec())));
    }
    let merged = scope.merged.iter().find(|(name, _)| first.value.eq_ignore_ascii_case(name));
    if let Some(relation) = merged.and_then(|(_, index)| scope.relations.get(*index)) {
        return Ok(Some((relation.clone(), chain.names.clone())));
    }
    let mut having = scope.relations.iter().filter(|r| r.columns_called(&first.value) > 0);
    match (having.next(), having.next(), called, rest.first()) {
        (Some(_), Some(_), ..) => Err(ambiguous(first)),
        (Some(relation), None, ..) => Ok(Some((relation.clone(), chain.names.clone()))),
        (None, _, Some(relation), Some(column)) => {
            let known = relation.known();
            let kind = ErrorKind::UnknownColumn;
            let error = Error::unknown(kind, "column", &column.value, known);
            Err(error.at(place_of(column.span)))
        }
        _ => Ok(None),
    }
}

fn ambiguous(name: &Ident) -> Error {
    Error::invalid(format!("`{}` is a column of more than one table", name.value))
        .hint("write `alias.column`")
        .at(place_of(name.span))
}

fn element(base: Expr, index: Expr) -> Expr {
    build::call("array_element", vec![build::call("to_array", vec![base]), index])
}

fn is_numeric(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => matches!(value.value, Value::Number(..)),
        Expr::UnaryOp { expr, .. } | Expr::Nested(expr) => is_numeric(expr),
        Expr::BinaryOp { left, right, .. } => is_numeric(left) || is_numeric(right),
        Expr::Function(function) => {
            function.name.to_string().trim_matches('"').eq_ignore_ascii_case("cardinality")
        }
        _ => false,
    }
}

/// The longest run of steps that is a column's name, and the steps behind it.
fn longest_column(steps: &[Step]) -> Option<(&'static Column, &[Step])> {
    let mut name = String::new();
    let mut found = None;
    for (index, step) in steps.iter().enumerate() {
        let part = match step {
            Step::Name(name) => name.value.as_str(),
            Step::Key(key) => key.as_str(),
            Step::Index(_) | Step::Expr(_) => break,
        };
        if index > 0 {
            name.push('.');
        }
        name.push_str(part);
        match Column::named(&name) {
            Some(column) => found = Some((column, steps.get(index + 1..).unwrap_or_default())),
            None => break,
        }
    }
    found
}

/// Where the column lies within one that is grouped by: the grouped column and the steps from
/// there.
fn grouped_within(
    rewriter: &Rewriter<'_>,
    of: &Relation,
    column: &Column,
    all: &[Step],
) -> Option<(Relation, String, Vec<Step>)> {
    let scope = rewriter.scopes.last()?;
    let (_, canonical) = scope.grouped.iter().find(|(id, canonical)| {
        *id == of.id
            && (column.canonical == *canonical
                || column.canonical.strip_prefix(canonical).is_some_and(|r| r.starts_with('.')))
    })?;
    let depth = canonical.split('.').count();
    let left = all.get(depth..).unwrap_or_default().to_vec();
    Some((of.clone(), canonical.to_ascii_lowercase(), left))
}

/// Refuses members that a row does not have, so that a slip of the pen is not a column of NULLs.
fn known_member(column: &Column, rest: &[Step]) -> Result<()> {
    let Some(Step::Name(name)) = rest.first() else { return Ok(()) };
    let prefix = format!("{}.", column.canonical);
    let members: Vec<&str> =
        COLUMNS.iter().filter_map(|c| c.canonical.strip_prefix(&prefix)).collect();
    let open = match column.kind {
        Kind::Map | Kind::Array => true,
        Kind::Row => members.is_empty(),
        Kind::Text | Kind::Time | Kind::Boolean => false,
    };
    if open {
        return Ok(());
    }
    let whole = format!("{}.{}", column.canonical, name.value);
    let error = Error::unknown(ErrorKind::UnknownColumn, "column", &whole, []);
    let near = crate::error::nearest(&name.value, members);
    let error = match near {
        Some(near) => error.hint(format!("did you mean `{prefix}{near}`?")),
        None => error,
    };
    Err(error.at(place_of(name.span)))
}

/// The place in the JSON of a column, if it is known before rows are read.
fn path(column: &Column, rest: &[Step]) -> Option<JsonPath> {
    if !column.is_recorded() || rest.is_empty() {
        return None;
    }
    let keys: Option<Vec<String>> = rest.iter().map(key).collect();
    let mut keys = keys?;
    if column.canonical == "resources" {
        keys.iter_mut().skip(1).take(1).for_each(|key| *key = resource_member(key));
    }
    Some(JsonPath { member: column.canonical.to_owned(), keys, raw: false })
}

fn key(step: &Step) -> Option<String> {
    match step {
        Step::Name(name) => Some(name.value.clone()),
        Step::Key(key) => Some(key.clone()),
        Step::Index(index) if *index > 0 => Some((index - 1).to_string()),
        Step::Index(_) | Step::Expr(_) => None,
    }
}

/// The members of a resource as records spell them.
pub(super) const RESOURCE: [&str; 4] = ["accountId", "type", "ARN", "ARNPrefix"];

fn resource_member(name: &str) -> String {
    let known = RESOURCE.iter().find(|member| member.eq_ignore_ascii_case(name));
    known.map_or_else(|| name.to_owned(), |member| (*member).to_owned())
}
