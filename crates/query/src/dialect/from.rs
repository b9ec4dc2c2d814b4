//! FROM: stores, subqueries, joins, and UNNEST, which the engine does not join sideways: the
//! tables before it become a subquery that unnests in its select list.

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, Query, SelectItem, SetExpr,
    TableAlias, TableFactor, TableWithJoins,
};

use crate::dialect::access::{Chain, RESOURCE};
use crate::dialect::build;
use crate::dialect::names::{Output, Relation, Scope, Source, Wrap};
use crate::dialect::place_of;
use crate::dialect::rewriter::{Rewriter, Scan, renamed};
use crate::error::{Error, Result};
use crate::table::schema::Kind;

impl Rewriter<'_> {
    /// Reads FROM; what it names is in the innermost scope afterwards.
    pub(super) fn from(&mut self, from: &mut Vec<TableWithJoins>) -> Result<()> {
        let mut done: Vec<TableWithJoins> = Vec::new();
        for item in std::mem::take(from) {
            let TableWithJoins { relation, joins } = item;
            match relation {
                TableFactor::UNNEST { .. } => done = vec![self.unnest(relation, done, false)?],
                mut relation => {
                    self.relation(&mut relation)?;
                    done.push(TableWithJoins { relation, joins: Vec::new() });
                }
            }
            for join in joins {
                self.join(join, &mut done)?;
            }
        }
        *from = done;
        Ok(())
    }

    fn join(&mut self, join: Join, done: &mut Vec<TableWithJoins>) -> Result<()> {
        if let TableFactor::UNNEST { .. } = join.relation {
            let outer = unnest_join(&join.join_operator)?;
            let before = done.pop().into_iter().collect();
            let wrapped = self.unnest(join.relation, before, outer)?;
            done.push(wrapped);
            return Ok(());
        }
        let mut join = join;
        let before = self.relations();
        self.relation(&mut join.relation)?;
        self.condition(&mut join.join_operator, before)?;
        if let Some(last) = done.last_mut() {
            last.joins.push(join);
        }
        Ok(())
    }

    fn relations(&self) -> usize {
        self.scopes.last().map_or(0, |scope| scope.relations.len())
    }

    fn relation(&mut self, factor: &mut TableFactor) -> Result<()> {
        match factor {
            TableFactor::Table { name, alias, args: None, sample: None, version: None, .. } => {
                let (name, alias) = (name.clone(), alias.take());
                *factor = self.table(&name, alias)?;
                Ok(())
            }
            TableFactor::Derived { lateral: false, subquery, alias, sample: None } => {
                self.derived(subquery, alias)
            }
            TableFactor::NestedJoin { table_with_joins, alias: None } => {
                let mut inner = vec![std::mem::replace(
                    table_with_joins.as_mut(),
                    TableWithJoins { relation: build::table("", ""), joins: Vec::new() },
                )];
                self.from(&mut inner)?;
                match inner.pop() {
                    Some(only) => **table_with_joins = only,
                    None => return Err(Error::internal("a join of nothing")),
                }
                Ok(())
            }
            TableFactor::Derived { .. } => {
                Err(Error::refused("`LATERAL`", "use a join or a subquery in the select list"))
            }
            TableFactor::Table { name, .. } => Err(Error::refused(
                format!("`{name}` with arguments, a sample or a version"),
                "FROM takes event data stores, subqueries and UNNEST",
            )),
            _ => Err(Error::refused(
                "this FROM",
                "it takes event data stores, subqueries and UNNEST",
            )),
        }
    }

    fn table(&mut self, name: &ObjectName, alias: Option<TableAlias>) -> Result<TableFactor> {
        let parts: Option<Vec<&Ident>> = name.0.iter().map(|part| part.as_ident()).collect();
        let parts = parts.unwrap_or_default();
        let called = parts.iter().map(|part| part.value.as_str()).collect::<Vec<_>>().join(".");
        let user = alias.as_ref().map_or_else(
            || parts.last().map_or_else(String::new, |part| part.value.clone()),
            |alias| alias.name.value.clone(),
        );
        let columns: Vec<&Ident> =
            alias.iter().flat_map(|alias| alias.columns.iter().map(|c| &c.name)).collect();
        let query = self.queries.iter().rev().find(|q| q.name.eq_ignore_ascii_case(&called));
        if let Some(query) = query {
            let (registered, outputs) = (query.id.clone(), query.outputs.clone());
            let weight = query.weight;
            self.weigh(weight)?;
            let outputs = renamed(outputs, &columns)?;
            let id = self.id("d")?;
            self.add(Some(user), id.clone(), Source::Derived(outputs))?;
            return Ok(build::table(&registered, &id));
        }
        let at = parts.first().and_then(|part| place_of(part.span));
        let table = (self.find)(&called).map_err(|error| error.at(at))?;
        if !columns.is_empty() {
            return Err(Error::refused("renaming a store's columns", "use aliases in a subquery"));
        }
        self.store(table, user)
    }

    fn store(&mut self, table: usize, user: String) -> Result<TableFactor> {
        let id = self.id("s")?;
        let registered = format!("scan_{id}");
        let scan = self.scans.len();
        let factor = build::table(&registered, &id);
        self.scans.push(Scan { table, registered, paths: Default::default() });
        self.add(Some(user), id, Source::Store(scan))?;
        Ok(factor)
    }

    fn add(&mut self, alias: Option<String>, id: String, source: Source) -> Result<()> {
        let Some(scope) = self.scopes.last_mut() else {
            return Err(Error::internal("a FROM without a scope"));
        };
        if let Some(alias) = &alias
            && scope.relations.iter().any(|r| r.is_called(alias))
        {
            return Err(Error::invalid(format!("`{alias}` stands twice in this FROM"))
                .hint("give each an alias of its own"));
        }
        scope.relations.push(Relation { alias, id, source, wraps: Vec::new() });
        Ok(())
    }

    fn derived(&mut self, query: &mut Query, alias: &mut Option<TableAlias>) -> Result<()> {
        let outer = std::mem::take(&mut self.scopes);
        let outputs = self.query(query);
        self.scopes = outer;
        let names = alias.iter().flat_map(|alias| alias.columns.iter().map(|c| &c.name));
        let outputs = renamed(outputs?, &names.collect::<Vec<_>>())?;
        let id = self.id("d")?;
        let user = alias.replace(build::alias(&id)).map(|alias| alias.name.value);
        self.add(user, id, Source::Derived(outputs))
    }

    fn condition(&mut self, operator: &mut JoinOperator, before: usize) -> Result<()> {
        let full = matches!(operator, JoinOperator::FullOuter(_));
        let right = matches!(operator, JoinOperator::Right(_) | JoinOperator::RightOuter(_));
        let constraint = match operator {
            JoinOperator::Join(c)
            | JoinOperator::Inner(c)
            | JoinOperator::Left(c)
            | JoinOperator::LeftOuter(c)
            | JoinOperator::Right(c)
            | JoinOperator::RightOuter(c)
            | JoinOperator::FullOuter(c)
            | JoinOperator::CrossJoin(c) => c,
            _ => return Err(Error::refused("this kind of join", "Trino does not have it")),
        };
        match constraint {
            JoinConstraint::On(condition) => self.expr(condition),
            JoinConstraint::None => Ok(()),
            JoinConstraint::Natural => {
                Err(Error::refused("`NATURAL JOIN`", "write the condition with ON"))
            }
            JoinConstraint::Using(_) if full => {
                Err(Error::refused("`FULL JOIN … USING`", "write the condition with ON"))
            }
            JoinConstraint::Using(columns) => {
                let columns = std::mem::take(columns);
                *constraint = JoinConstraint::On(self.using(&columns, before, right)?);
                Ok(())
            }
        }
    }

    /// `USING (a, b)`: each is a column of one table on the left and of the one on the right.
    fn using(&mut self, columns: &[ObjectName], before: usize, right: bool) -> Result<Expr> {
        use datafusion::sql::sqlparser::ast::BinaryOperator;
        let mut all: Option<Expr> = None;
        for column in columns {
            let Some(name) = column.0.last().and_then(|part| part.as_ident()) else { continue };
            let (a, b) = self.sides(name, before)?;
            let merged = if right { b.1 } else { a.1 };
            if let Some(scope) = self.scopes.last_mut() {
                scope.merged.push((name.value.clone(), merged));
            }
            let equal = binary(a.0, BinaryOperator::Eq, b.0);
            all = Some(match all {
                Some(before) => binary(before, BinaryOperator::And, equal),
                None => equal,
            });
        }
        all.ok_or_else(|| Error::syntax("USING without columns"))
    }

    fn sides(&mut self, name: &Ident, before: usize) -> Result<((Expr, usize), (Expr, usize))> {
        let relations = self.scopes.last().map(|scope| scope.relations.clone()).unwrap_or_default();
        let side = |range: std::ops::Range<usize>| {
            let found = range
                .filter(|i| relations.get(*i).is_some_and(|r| r.columns_called(&name.value) > 0));
            found.collect::<Vec<usize>>()
        };
        match (side(0..before).as_slice(), side(before..relations.len()).as_slice()) {
            ([a, ..], [b]) => Ok((
                (self.plain(&relations, *a, name)?, *a),
                (self.plain(&relations, *b, name)?, *b),
            )),
            _ => {
                let said = format!("USING: `{}` is not a column of both tables", name.value);
                Err(Error::invalid(said).at(place_of(name.span)))
            }
        }
    }

    fn plain(&mut self, relations: &[Relation], index: usize, name: &Ident) -> Result<Expr> {
        let Some(relation) = relations.get(index) else {
            return Err(Error::internal("a join side that is not there"));
        };
        let alone = Scope { relations: vec![relation.clone()], ..Scope::default() };
        self.scopes.push(alone);
        let chain = Chain { names: vec![name.clone()], steps: Vec::new() };
        let reached = self.reach(&chain);
        self.scopes.pop();
        reached
    }
}

fn binary(left: Expr, op: datafusion::sql::sqlparser::ast::BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

/// Whether rows without elements stay.
fn unnest_join(operator: &JoinOperator) -> Result<bool> {
    match operator {
        JoinOperator::CrossJoin(_) => Ok(false),
        JoinOperator::Join(JoinConstraint::On(on))
        | JoinOperator::Inner(JoinConstraint::On(on))
            if is_true(on) =>
        {
            Ok(false)
        }
        JoinOperator::Left(JoinConstraint::On(on))
        | JoinOperator::LeftOuter(JoinConstraint::On(on))
            if is_true(on) =>
        {
            Ok(true)
        }
        _ => Err(Error::refused(
            "this join with UNNEST",
            "write CROSS JOIN UNNEST (…) or LEFT JOIN UNNEST (…) ON true",
        )),
    }
}

fn is_true(expr: &Expr) -> bool {
    *expr == build::boolean(true)
}

impl Rewriter<'_> {
    /// Puts what stands before an UNNEST into a subquery that unnests as well.
    fn unnest(
        &mut self,
        factor: TableFactor,
        inner: Vec<TableWithJoins>,
        outer: bool,
    ) -> Result<TableWithJoins> {
        let TableFactor::UNNEST { alias, array_exprs, with_ordinality, .. } = factor else {
            return Err(Error::internal("no UNNEST"));
        };
        let id = self.id("w")?;
        let mut unnested = Vec::new();
        let mut outputs = Vec::new();
        let mut counted = None;
        for expr in array_exprs {
            self.unnested(&id, expr, outer, &mut unnested, &mut outputs, &mut counted)?;
        }
        if with_ordinality && let Some(array) = counted {
            let length = build::call("cardinality", vec![array]);
            let rows = build::call("sequence", vec![build::number(1), length]);
            outputs.push(unnest_item(&id, &mut unnested, rows));
        }
        let outputs = self.alias_unnested(outputs, alias.as_ref())?;
        let wrap = self.wraps.len();
        let exported = Vec::new();
        self.wraps.push(Wrap { id: id.clone(), inner, exported, unnested });
        if let Some(scope) = self.scopes.last_mut() {
            scope.relations.iter_mut().for_each(|relation| relation.wraps.push(wrap));
        }
        self.add(alias.map(|alias| alias.name.value), id.clone(), Source::Derived(outputs))?;
        Ok(TableWithJoins { relation: build::table("", &id), joins: Vec::new() })
    }

    fn unnested(
        &mut self,
        id: &str,
        mut expr: Expr,
        outer: bool,
        items: &mut Vec<SelectItem>,
        outputs: &mut Vec<Output>,
        counted: &mut Option<Expr>,
    ) -> Result<()> {
        let kind = self.kind_of(&expr);
        self.expr(&mut expr)?;
        let arrays = match kind {
            Some(Kind::Map) => ["map_keys", "map_values"]
                .map(|function| build::call(function, vec![expr.clone()]))
                .to_vec(),
            _ => vec![build::call("to_array", vec![expr])],
        };
        counted.get_or_insert_with(|| arrays.first().cloned().unwrap_or_else(build::null));
        let is_resources = kind == Some(Kind::Array);
        for array in arrays {
            let array = if outer { or_one_null(array) } else { array };
            let mut output = unnest_item(id, items, array);
            output.member = is_resources.then_some("");
            outputs.push(output);
        }
        Ok(())
    }

    /// Names the columns of an UNNEST. An array of resources is one column of rows if it is
    /// given one name, else a column for each member, as in Trino.
    fn alias_unnested(
        &self,
        outputs: Vec<Output>,
        alias: Option<&TableAlias>,
    ) -> Result<Vec<Output>> {
        let names: Vec<&Ident> =
            alias.iter().flat_map(|alias| alias.columns.iter().map(|c| &c.name)).collect();
        let whole = !names.is_empty() && names.len() == outputs.len();
        let mut spread: Vec<Output> = Vec::new();
        for output in outputs {
            match output.member {
                Some(_) if !whole => spread.extend(RESOURCE.iter().map(|member| Output {
                    name: Some((*member).to_owned()),
                    physical: output.physical.clone(),
                    member: Some(member),
                })),
                _ => spread.push(Output { member: None, ..output }),
            }
        }
        renamed(spread, &names)
    }

    /// The kind of the store's column that an expression is.
    fn kind_of(&self, expr: &Expr) -> Option<Kind> {
        let chain = Chain::of(expr)?;
        let (relation, rest) = self.relation_of(&chain).ok().flatten()?;
        let Source::Store(_) = relation.source else { return None };
        let name = rest.iter().map(|i| i.value.as_str()).collect::<Vec<_>>().join(".");
        let column = crate::table::schema::Column::named(&name);
        column.filter(|_| chain.steps.is_empty()).map(|column| column.kind)
    }

    /// Replaces the places held for subqueries that unnest, now that it is known which columns
    /// have to come out of them.
    pub(super) fn unwrap(&mut self, from: &mut [TableWithJoins]) {
        for item in from {
            self.unwrap_factor(&mut item.relation);
            for join in &mut item.joins {
                self.unwrap_factor(&mut join.relation);
            }
        }
    }

    fn unwrap_factor(&mut self, factor: &mut TableFactor) {
        if let TableFactor::NestedJoin { table_with_joins, .. } = factor {
            return self.unwrap(std::slice::from_mut(table_with_joins.as_mut()));
        }
        let TableFactor::Table { alias: Some(alias), .. } = factor else { return };
        let Some(wrap) = self.wraps.iter_mut().find(|wrap| wrap.id == alias.name.value) else {
            return;
        };
        let (projection, mut inner) = (wrap.projection(), std::mem::take(&mut wrap.inner));
        let id = wrap.id.clone();
        self.unwrap(&mut inner);
        let select = build::select(projection, inner);
        *factor = TableFactor::Derived {
            lateral: false,
            subquery: Box::new(query_of(SetExpr::Select(Box::new(select)))),
            alias: Some(build::alias(&id)),
            sample: None,
        };
    }
}

fn query_of(body: SetExpr) -> Query {
    Query {
        with: None,
        body: Box::new(body),
        order_by: None,
        limit_clause: None,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}

fn unnest_item(id: &str, items: &mut Vec<SelectItem>, array: Expr) -> Output {
    let name = format!("{id}_u{}", items.len());
    let expr = build::call("unnest", vec![array]);
    items.push(SelectItem::ExprWithAlias { expr, alias: build::ident(&name) });
    Output { name: None, physical: build::name(&name), member: None }
}

/// For LEFT JOIN: an empty array gives one row of NULL.
fn or_one_null(array: Expr) -> Expr {
    build::call("or_one_null", vec![array])
}
