//! Statements that only pick rows of one table: `SELECT columns FROM table WHERE … ORDER BY
//! eventTime LIMIT n`. They are what people ask most, and their plan is one scan: made here at
//! once, it takes less time than the planner needs to find out. Whatever is not plainly of this
//! kind is left to the planner, complaints included.

use std::sync::Arc;

use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::DFSchema;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::expr_rewriter::unnormalize_col;
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::utils::split_conjunction_owned;
use datafusion::logical_expr::{Expr, ExprSchemable, TableProviderFilterPushDown};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::PhysicalSortExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::sort_pushdown::SortOrderPushdownResult;
use datafusion::sql::sqlparser::ast;

/// A statement of this kind.
struct Straight<'a> {
    /// What the statement calls the table.
    relation: &'a str,
    /// The columns of the answer, by their names in the table.
    columns: Vec<&'a str>,
    condition: Option<&'a ast::Expr>,
    /// By which of the columns.
    order: Option<(usize, SortOptions)>,
    limit: Option<usize>,
}

/// The plan of a statement over `table`, its only one; `None` where the planner has to look.
pub(crate) async fn plan(
    state: &SessionState,
    statement: &ast::Statement,
    table: &Arc<dyn TableProvider>,
) -> Option<Arc<dyn ExecutionPlan>> {
    let straight = Straight::of(statement)?;
    let columns = straight.columns.iter().copied();
    let scan = scan(state, table, (straight.relation, straight.condition), columns).await?;
    straight.finish(scan)
}

/// A scan of a table for these columns and a condition over `relation`, where the scan itself
/// decides all of it.
pub(crate) async fn scan<'a>(
    state: &SessionState,
    table: &Arc<dyn TableProvider>,
    (relation, condition): (&str, Option<&ast::Expr>),
    columns: impl Iterator<Item = &'a str>,
) -> Option<Arc<dyn ExecutionPlan>> {
    let schema = table.schema();
    let places: Option<Vec<usize>> = columns.map(|column| schema.index_of(column).ok()).collect();
    let filters = match condition {
        Some(condition) => filters(state, &schema, relation, condition)?,
        None => Vec::new(),
    };
    let pushed = table.supports_filters_pushdown(&filters.iter().collect::<Vec<_>>()).ok()?;
    if pushed.iter().any(|pushed| *pushed != TableProviderFilterPushDown::Exact) {
        return None;
    }
    table.scan(state, Some(&places?), &filters, None).await.ok()
}

/// A condition, made ready as the planner does it.
fn filters(
    state: &SessionState,
    schema: &SchemaRef,
    relation: &str,
    condition: &ast::Expr,
) -> Option<Vec<Expr>> {
    let named = Arc::new(DFSchema::try_from_qualified_schema(relation, schema).ok()?);
    let condition = ast::ExprWithAlias { expr: condition.clone(), alias: None };
    let expr = state.create_logical_expr_from_sql_expr(condition, &named).ok()?;
    // What is no condition, the planner complains about.
    if expr.is_volatile() || expr.get_type(&*named).ok()? != DataType::Boolean {
        return None;
    }
    let context = SimplifyContext::builder()
        .with_schema(Arc::clone(&named))
        .with_config_options(Arc::clone(state.config_options()))
        .build();
    let simplifier = ExprSimplifier::new(context);
    let expr = simplifier.simplify(simplifier.coerce(expr, &named).ok()?).ok()?;
    Some(split_conjunction_owned(unnormalize_col(expr)))
}

impl<'a> Straight<'a> {
    fn of(statement: &'a ast::Statement) -> Option<Self> {
        let (query, select, relation) = one_select(statement)?;
        if !has_no_groups(select) {
            return None;
        }
        let items: Option<Vec<(&str, &str)>> =
            select.projection.iter().map(|item| named(item, relation)).collect();
        let items = items?;
        let order = match order_of(query, &items, |expr| column(expr, relation))?.as_slice() {
            [] => None,
            [one] => Some(*one),
            _ => return None,
        };
        let limit = limit_of(query)?;
        let columns = items.into_iter().map(|(column, _)| column).collect();
        Some(Self { relation, columns, condition: select.selection.as_ref(), order, limit })
    }

    /// Puts order and limit to a scan.
    fn finish(&self, scan: Arc<dyn ExecutionPlan>) -> Option<Arc<dyn ExecutionPlan>> {
        let limited = |plan: Arc<dyn ExecutionPlan>| match self.limit {
            Some(limit) => plan.with_fetch(Some(limit)),
            None => Some(plan),
        };
        let Some((place, options)) = self.order else {
            let scan = limited(scan)?;
            return match scan.properties().output_partitioning().partition_count() {
                1 => Some(scan),
                _ => limited(Arc::new(CoalescePartitionsExec::new(scan))),
            };
        };
        let column = Arc::new(Column::new(self.columns.get(place)?, place));
        match scan.try_pushdown_sort(&[PhysicalSortExpr::new(column, options)]).ok()? {
            SortOrderPushdownResult::Exact { inner } => limited(inner),
            _ => None,
        }
    }
}

/// The query, its SELECT and what that calls its table, where that is one and nothing is beside
/// columns, conditions, groups, order and limit.
pub(crate) fn one_select(statement: &ast::Statement) -> Option<(&ast::Query, &ast::Select, &str)> {
    let ast::Statement::Query(query) = statement else { return None };
    let ast::SetExpr::Select(select) = query.body.as_ref() else { return None };
    let plain = query.with.is_none()
        && query.fetch.is_none()
        && select.distinct.is_none()
        && select.having.is_none()
        && select.qualify.is_none()
        && select.named_window.is_empty();
    let [from] = select.from.as_slice() else { return None };
    let ast::TableFactor::Table { alias: Some(alias), .. } = &from.relation else { return None };
    (plain && from.joins.is_empty()).then_some((query, select, alias.name.value.as_str()))
}

fn has_no_groups(select: &ast::Select) -> bool {
    let ast::GroupByExpr::Expressions(groups, modifiers) = &select.group_by else { return false };
    groups.is_empty() && modifiers.is_empty()
}

/// A column of the table, and what it is called in the answer.
fn named<'a>(item: &'a ast::SelectItem, relation: &str) -> Option<(&'a str, &'a str)> {
    let ast::SelectItem::ExprWithAlias { expr, alias } = item else { return None };
    Some((column(expr, relation)?, alias.value.as_str()))
}

/// The column of a relation that an expression is.
pub(crate) fn column<'a>(expr: &'a ast::Expr, relation: &str) -> Option<&'a str> {
    let ast::Expr::CompoundIdentifier(parts) = expr else { return None };
    match parts.as_slice() {
        [of, column] if of.value == relation => Some(column.value.as_str()),
        _ => None,
    }
}

/// By which items of the answer, each called by its name there or by what it is.
pub(crate) fn order_of<'a, T: PartialEq>(
    query: &'a ast::Query,
    items: &[(T, &str)],
    read: impl Fn(&'a ast::Expr) -> Option<T>,
) -> Option<Vec<(usize, SortOptions)>> {
    let Some(order) = &query.order_by else { return Some(Vec::new()) };
    let ast::OrderByKind::Expressions(by) = &order.kind else { return None };
    let one = |by: &'a ast::OrderByExpr| {
        let place = match &by.expr {
            ast::Expr::Identifier(name) => {
                items.iter().position(|(_, called)| *called == name.value.as_str())
            }
            expr => {
                let wanted = read(expr)?;
                items.iter().position(|(known, _)| *known == wanted)
            }
        };
        let descending = by.options.asc == Some(false);
        let nulls_first = by.options.nulls_first == Some(true);
        Some((place?, SortOptions { descending, nulls_first }))
    };
    by.iter().map(one).collect()
}

/// `LIMIT n`, without an offset, or no limit at all.
pub(crate) fn limit_of(query: &ast::Query) -> Option<Option<usize>> {
    match &query.limit_clause {
        None => Some(None),
        Some(limit) => first_few(limit).map(Some),
    }
}

fn first_few(limit: &ast::LimitClause) -> Option<usize> {
    let ast::LimitClause::LimitOffset { limit: Some(limit), offset: None, limit_by } = limit else {
        return None;
    };
    let ast::Expr::Value(limit) = limit else { return None };
    let ast::Value::Number(digits, _) = &limit.value else { return None };
    let few = digits.parse().ok().filter(|few| *few > 0);
    few.filter(|_| limit_by.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::read;

    fn is_straight(sql: &str) -> bool {
        Straight::of(&read(sql)).is_some()
    }

    #[test]
    fn knows_statements_that_pick_rows() {
        for sql in [
            "SELECT * FROM events WHERE eventID = 'x'",
            "SELECT eventTime, userIdentity.arn FROM events e WHERE e.eventName LIKE 'Get%' \
             ORDER BY eventTime DESC LIMIT 50",
            "SELECT eventName AS name, eventTime AS t FROM events ORDER BY t",
            "SELECT requestParameters.bucketName FROM events ORDER BY 1 LIMIT 3",
            "SELECT eventID FROM events LIMIT 1",
        ] {
            assert!(is_straight(sql), "{sql}");
        }
    }

    #[test]
    fn leaves_everything_else_to_the_planner() {
        for sql in [
            "SELECT count(*) FROM events",
            "SELECT DISTINCT eventName FROM events",
            "SELECT eventName FROM events GROUP BY eventName",
            "SELECT upper(eventName) FROM events",
            "SELECT eventID FROM events LIMIT 0",
            "SELECT eventID FROM events LIMIT 1 OFFSET 1",
            "SELECT eventID FROM events ORDER BY eventTime, eventID",
            "SELECT eventID FROM events ORDER BY eventTime",
            "SELECT eventID FROM (SELECT eventID FROM events) x",
            "SELECT a.eventID FROM events a JOIN events b ON a.eventID = b.eventID",
            "SELECT eventID FROM events UNION ALL SELECT eventID FROM events",
            "WITH q AS (SELECT eventID FROM events) SELECT eventID FROM q",
            "SELECT eventID, row_number() OVER (ORDER BY eventTime) FROM events",
        ] {
            assert!(!is_straight(sql), "{sql}");
        }
    }
}
