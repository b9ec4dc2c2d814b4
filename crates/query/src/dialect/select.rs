//! One SELECT: its items, groups and order.

use datafusion::sql::sqlparser::ast::{
    Distinct, Expr, GroupByExpr, NamedWindowExpr, OrderBy, Select, SelectItem,
    SelectItemQualifiedWildcardKind, WildcardAdditionalOptions,
};

use crate::dialect::access::Chain;
use crate::dialect::build;
use crate::dialect::names::{Alias, Clause, Output, Scope, Source, output};
use crate::dialect::place_of;
use crate::dialect::rewriter::{Rewriter, order_items, ordinal};
use crate::error::{Error, ErrorKind, Result};
use crate::table::schema::{COLUMNS, Column, Kind};

impl Rewriter<'_> {
    pub(super) fn select(
        &mut self,
        select: &mut Select,
        order: Option<&mut OrderBy>,
    ) -> Result<Vec<Output>> {
        plain(select)?;
        self.weigh(1)?;
        self.scopes.push(Scope::default());
        let mut from = std::mem::take(&mut select.from);
        self.from(&mut from)?;
        if let Some(condition) = &mut select.selection {
            self.expr(condition)?;
        }
        self.find_grouped(&select.group_by)?;
        let outputs = self.items(&mut select.projection)?;
        self.groups(select)?;
        if let Some(order) = order {
            self.clause(Clause::Order);
            for item in order_items(order)? {
                self.order_item(item, outputs.len())?;
            }
        }
        self.unwrap(&mut from);
        select.from = from;
        self.scopes.pop();
        Ok(outputs)
    }

    fn scope(&mut self) -> Result<&mut Scope> {
        self.scopes.last_mut().ok_or_else(|| Error::internal("a SELECT without a scope"))
    }

    fn clause(&mut self, clause: Clause) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.clause = clause;
        }
    }

    /// Notes whole JSON columns in GROUP BY before anything that reaches into them is read.
    fn find_grouped(&mut self, group_by: &GroupByExpr) -> Result<()> {
        let GroupByExpr::Expressions(exprs, _) = group_by else { return Ok(()) };
        for expr in exprs {
            let Some(chain) = Chain::of(expr) else { continue };
            let Ok(Some((relation, column))) = self.store_column(&chain) else { continue };
            if matches!(column.kind, Kind::Map | Kind::Row | Kind::Array) {
                self.scope()?.grouped.push((relation, column.canonical));
            }
        }
        Ok(())
    }

    fn items(&mut self, projection: &mut Vec<SelectItem>) -> Result<Vec<Output>> {
        let mut named: Vec<(Option<String>, Expr)> = Vec::new();
        for item in std::mem::take(projection) {
            self.item(item, &mut named)?;
        }
        let mut outputs = Vec::with_capacity(named.len());
        for (index, (name, expr)) in named.into_iter().enumerate() {
            if let Some(name) = name.clone() {
                let (expr, physical) = (expr.clone(), build::name(output(index)));
                self.scope()?.aliases.push(Alias { name, expr, physical });
            }
            projection.push(SelectItem::ExprWithAlias { expr, alias: build::ident(output(index)) });
            outputs.push(Output::numbered(index, name));
        }
        Ok(outputs)
    }

    fn item(&mut self, item: SelectItem, to: &mut Vec<(Option<String>, Expr)>) -> Result<()> {
        match item {
            SelectItem::UnnamedExpr(mut expr) => {
                let name = Chain::of(&expr).and_then(|chain| chain.last_name());
                self.expr(&mut expr)?;
                to.push((name, expr));
                Ok(())
            }
            SelectItem::ExprWithAlias { mut expr, alias } => {
                self.expr(&mut expr)?;
                to.push((Some(alias.value), expr));
                Ok(())
            }
            SelectItem::Wildcard(options) => {
                unadorned(&options)?;
                self.star(None, to)
            }
            SelectItem::QualifiedWildcard(kind, options) => {
                unadorned(&options)?;
                self.star(Some(&kind), to)
            }
            SelectItem::ExprWithAliases { .. } => {
                Err(Error::refused("several aliases for one expression", "give it one"))
            }
        }
    }

    /// `*` and `t.*`.
    fn star(
        &mut self,
        of: Option<&SelectItemQualifiedWildcardKind>,
        to: &mut Vec<(Option<String>, Expr)>,
    ) -> Result<()> {
        let wanted = of.map(|kind| match kind {
            SelectItemQualifiedWildcardKind::ObjectName(name) => name.0.last(),
            SelectItemQualifiedWildcardKind::Expr(_) => None,
        });
        let wanted = wanted.map(|part| part.and_then(|p| p.as_ident()).cloned());
        let relations = self.scope()?.relations.clone();
        let before = to.len();
        for relation in relations.iter().filter(|r| match &wanted {
            None => true,
            Some(name) => name.as_ref().is_some_and(|name| r.is_called(&name.value)),
        }) {
            match &relation.source {
                Source::Store(_) => {
                    for column in COLUMNS.iter().filter(|column| column.starred) {
                        let expr = self.emit(relation, &column.name());
                        to.push((Some(column.canonical.to_owned()), expr));
                    }
                }
                Source::Derived(outputs) => {
                    for output in outputs {
                        to.push((output.name.clone(), self.output(relation, output)));
                    }
                }
            }
        }
        match (to.len() > before, wanted.flatten()) {
            (true, _) => Ok(()),
            (false, Some(name)) => {
                let known = relations.iter().filter_map(|r| r.alias.as_deref());
                let error =
                    Error::unknown(ErrorKind::UnknownTable, "table or alias", &name.value, known);
                Err(error.at(place_of(name.span)))
            }
            (false, None) => Err(Error::invalid("`*` without a FROM")),
        }
    }

    fn groups(&mut self, select: &mut Select) -> Result<()> {
        self.clause(Clause::Groups);
        let GroupByExpr::Expressions(exprs, modifiers) = &mut select.group_by else {
            return Err(Error::refused("`GROUP BY ALL`", "name the columns"));
        };
        if !modifiers.is_empty() {
            return Err(Error::refused("`GROUP BY … WITH`", "use ROLLUP (…) or CUBE (…)"));
        }
        let sets = exprs.iter().map(sets).fold(1, usize::saturating_mul);
        if sets > SETS_MAX {
            return Err(Error::limit("groupings by CUBE and ROLLUP", sets, SETS_MAX));
        }
        for expr in exprs {
            self.group(expr, select.projection.len())?;
        }
        if let Some(having) = &mut select.having {
            self.expr(having)?;
        }
        for window in &mut select.named_window {
            if let NamedWindowExpr::WindowSpec(spec) = &mut window.1 {
                self.window(spec)?;
            }
        }
        Ok(())
    }

    fn group(&mut self, expr: &mut Expr, columns: usize) -> Result<()> {
        match expr {
            Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
                sets.iter_mut().flatten().try_for_each(|expr| self.expr(expr))
            }
            Expr::Tuple(list) => list.iter_mut().try_for_each(|expr| self.expr(expr)),
            _ => match ordinal(expr) {
                Some(n) if n == 0 || n > columns => {
                    Err(Error::invalid(format!("GROUP BY {n}: the result has {columns} columns")))
                }
                Some(_) => Ok(()),
                None => self.expr(expr),
            },
        }
    }

    /// The store's column that a chain names, whole; with the relation's id.
    fn store_column(&self, chain: &Chain) -> Result<Option<(String, &'static Column)>> {
        let Some((relation, rest)) = self.relation_of(chain)? else { return Ok(None) };
        let Source::Store(_) = relation.source else { return Ok(None) };
        let name = rest.iter().map(|i| i.value.as_str()).collect::<Vec<_>>().join(".");
        let column = Column::named(&name).filter(|_| chain.steps.is_empty());
        Ok(column.map(|column| (relation.id.clone(), column)))
    }
}

/// How many ways of grouping a statement may ask for.
const SETS_MAX: usize = 256;

/// How many ways of grouping an item of GROUP BY asks for.
fn sets(expr: &Expr) -> usize {
    match expr {
        Expr::Cube(columns) => {
            let columns = u32::try_from(columns.len()).unwrap_or(u32::MAX);
            2_usize.saturating_pow(columns)
        }
        Expr::Rollup(columns) => columns.len() + 1,
        Expr::GroupingSets(sets) => sets.len(),
        _ => 1,
    }
}

fn unadorned(options: &WildcardAdditionalOptions) -> Result<()> {
    let plain = options.opt_exclude.is_none()
        && options.opt_except.is_none()
        && options.opt_rename.is_none()
        && options.opt_replace.is_none()
        && options.opt_ilike.is_none();
    match plain {
        true => Ok(()),
        false => Err(Error::refused("`* EXCEPT`", "Trino does not have it; name the columns")),
    }
}

fn plain(select: &Select) -> Result<()> {
    let odd = [
        (select.into.is_some(), "`SELECT INTO`"),
        (select.top.is_some(), "`TOP`"),
        (!select.lateral_views.is_empty(), "`LATERAL VIEW`"),
        (select.prewhere.is_some(), "`PREWHERE`"),
        (!select.connect_by.is_empty(), "`CONNECT BY`"),
        (!select.cluster_by.is_empty(), "`CLUSTER BY`"),
        (!select.distribute_by.is_empty(), "`DISTRIBUTE BY`"),
        (!select.sort_by.is_empty(), "`SORT BY`"),
        (select.qualify.is_some(), "`QUALIFY`"),
        (select.exclude.is_some(), "`EXCLUDE`"),
        (select.value_table_mode.is_some(), "`SELECT AS`"),
        (matches!(select.distinct, Some(Distinct::On(_))), "`DISTINCT ON`"),
    ];
    match odd.iter().find(|(is, _)| *is) {
        Some((_, name)) => Err(Error::refused(name, "Trino does not have it")),
        None => Ok(()),
    }
}
