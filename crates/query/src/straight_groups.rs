//! Statements that only count rows in groups: `SELECT columns, date_trunc(unit, eventTime),
//! count(*) FROM table WHERE … GROUP BY … ORDER BY … LIMIT n`. What charts and reports ask has this
//! form; counting takes less time than the planner needs. Whatever is not plainly of this kind is
//! left to it, complaints included.

use crate::straight::{column, limit_of, one_select, order_of, scan};
use crate::table::{GroupExec, Grouping, Told, Top};
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use datafusion::catalog::TableProvider;
use datafusion::execution::session_state::SessionState;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{LexOrdering, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::sql::sqlparser::ast::{
    self, DuplicateTreatment, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr,
    SelectItem, Value,
};
use std::sync::Arc;

/// A column of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item<'a> {
    Text(&'a str),
    /// A unit, and the column of times.
    Time(&'a str, &'a str),
    Rows,
    Distinct(&'a str),
}

impl<'a> Item<'a> {
    const fn is_key(self) -> bool {
        matches!(self, Self::Text(_) | Self::Time(..))
    }

    /// The column of the table that it is made of.
    const fn column(self) -> Option<&'a str> {
        match self {
            Self::Text(column) | Self::Time(_, column) | Self::Distinct(column) => Some(column),
            Self::Rows => None,
        }
    }
}

/// A statement of this kind.
#[derive(Debug)]
struct Counted<'a> {
    relation: &'a str,
    /// Each with its name in the answer.
    items: Vec<(Item<'a>, &'a str)>,
    condition: Option<&'a Expr>,
    /// By which items.
    order: Vec<(usize, SortOptions)>,
    limit: Option<usize>,
}

/// The plan of a statement over `table`, its only one; `None` where the planner has to look.
pub(crate) async fn plan(
    state: &SessionState,
    statement: &ast::Statement,
    table: &Arc<dyn TableProvider>,
) -> Option<Arc<dyn ExecutionPlan>> {
    let counted = Counted::of(statement)?;
    let columns = counted.columns();
    let condition = (counted.relation, counted.condition);
    let scan = scan(state, table, condition, columns.iter().copied()).await?;
    counted.finish(&scan, &columns)
}

impl<'a> Counted<'a> {
    fn of(statement: &'a ast::Statement) -> Option<Self> {
        let (query, select, relation) = one_select(statement)?;
        let known = |item: &'a SelectItem| match item {
            SelectItem::ExprWithAlias { expr, alias } => {
                Some((item_of(expr, relation)?, alias.value.as_str()))
            }
            _ => None,
        };
        let items: Vec<(Item<'a>, &str)> =
            select.projection.iter().map(known).collect::<Option<_>>()?;
        if !groups_by_all_keys(&select.group_by, relation, &items) {
            return None;
        }
        let order = order_of(query, &items, |expr| item_of(expr, relation))?;
        let limit = limit_of(query)?;
        // Without an order the first few are any.
        let fits = limit.is_none() || !order.is_empty();
        fits.then_some(Self { relation, items, condition: select.selection.as_ref(), order, limit })
    }

    /// The columns of the table that are needed, each once.
    fn columns(&self) -> Vec<&'a str> {
        let mut columns: Vec<&str> =
            self.items.iter().filter_map(|(item, _)| item.column()).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    fn finish(
        &self,
        scan: &Arc<dyn ExecutionPlan>,
        columns: &[&str],
    ) -> Option<Arc<dyn ExecutionPlan>> {
        let place = |column: &str| columns.binary_search(&column).ok();
        let told = |item: Item<'a>| {
            Some(match item {
                Item::Text(column) => Told::Text(place(column)?),
                Item::Time(unit, column) => Told::Time(place(column)?, unit),
                Item::Rows => Told::Rows,
                Item::Distinct(column) => Told::Distinct(place(column)?),
            })
        };
        // Keys first: that is the order of groups.
        let (keys, measures): (Vec<usize>, Vec<usize>) = (0..self.items.len())
            .partition(|place| self.items.get(*place).is_some_and(|(item, _)| item.is_key()));
        let order: Vec<usize> = keys.iter().chain(&measures).copied().collect();
        let told: Option<Vec<Told<'_>>> =
            order.iter().map(|place| told(self.items.get(*place)?.0)).collect();
        let mut grouping = Grouping::new(scan, &told?)?;
        grouping.top = self.top(&measures);
        let fields: Option<Vec<Field>> =
            order.iter().map(|item| self.field(*item, &scan.schema(), columns)).collect();
        let groups: Arc<dyn ExecutionPlan> =
            Arc::new(GroupExec::new(grouping, Arc::new(Schema::new(fields?))));
        self.sorted(self.arranged(groups, &order)?)
    }

    /// Which groups alone are wanted, where one measure tells.
    fn top(&self, measures: &[usize]) -> Option<Top> {
        let ([(item, options)], Some(count)) = (self.order.as_slice(), self.limit) else {
            return None;
        };
        let measure = measures.iter().position(|measure| measure == item)?;
        Some(Top { measure, descending: options.descending, count })
    }

    fn field(&self, item: usize, scan: &SchemaRef, columns: &[&str]) -> Option<Field> {
        let (item, name) = *self.items.get(item)?;
        Some(match item {
            Item::Text(column) => {
                scan.field(columns.binary_search(&column).ok()?).clone().with_name(name)
            }
            Item::Time(..) => {
                Field::new(name, DataType::Timestamp(TimeUnit::Millisecond, None), true)
            }
            Item::Rows | Item::Distinct(_) => Field::new(name, DataType::Int64, false),
        })
    }

    /// The columns as the statement has them; `order` says which item each of the groups' is.
    fn arranged(
        &self,
        groups: Arc<dyn ExecutionPlan>,
        order: &[usize],
    ) -> Option<Arc<dyn ExecutionPlan>> {
        if order.is_sorted() {
            return Some(groups);
        }
        let column = |(item, (_, name)): (usize, &(Item<'_>, &str))| {
            let place = order.iter().position(|place| *place == item)?;
            let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(name, place));
            Some((column, (*name).to_owned()))
        };
        let columns: Option<Vec<_>> = self.items.iter().enumerate().map(column).collect();
        Some(Arc::new(ProjectionExec::try_new(columns?, groups).ok()?))
    }

    fn sorted(&self, plan: Arc<dyn ExecutionPlan>) -> Option<Arc<dyn ExecutionPlan>> {
        let by = |(item, options): &(usize, SortOptions)| {
            let column = Arc::new(Column::new(self.items.get(*item)?.1, *item));
            Some(PhysicalSortExpr::new(column, *options))
        };
        let order: Option<Vec<PhysicalSortExpr>> = self.order.iter().map(by).collect();
        Some(match LexOrdering::new(order?) {
            Some(order) => Arc::new(SortExec::new(order, plan).with_fetch(self.limit)),
            None => plan,
        })
    }
}

/// What an expression counts, or tells groups apart by.
fn item_of<'a>(expr: &'a Expr, relation: &str) -> Option<Item<'a>> {
    let Expr::Function(function) = expr else { return column(expr, relation).map(Item::Text) };
    let FunctionArguments::List(list) = &function.args else { return None };
    let plain = function.filter.is_none()
        && function.over.is_none()
        && function.within_group.is_empty()
        && list.clauses.is_empty();
    let [name] = function.name.0.as_slice() else { return None };
    let name = name.as_ident().filter(|_| plain)?.value.as_str();
    let is_distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
    match (name, list.args.as_slice()) {
        ("count", [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)]) if !is_distinct => {
            Some(Item::Rows)
        }
        ("count", [one]) if is_distinct => column(argument(one)?, relation).map(Item::Distinct),
        ("date_trunc", [unit, time]) if !is_distinct => {
            Some(Item::Time(text(argument(unit)?)?, column(argument(time)?, relation)?))
        }
        _ => None,
    }
}

fn argument(argument: &FunctionArg) -> Option<&Expr> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    }
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the keys among the items, and nothing else, make the groups.
fn groups_by_all_keys(groups: &GroupByExpr, relation: &str, items: &[(Item<'_>, &str)]) -> bool {
    let GroupByExpr::Expressions(groups, modifiers) = groups else { return false };
    let place = |group: &Expr| match crate::dialect::ordinal(group) {
        Some(number) => number.checked_sub(1),
        None => {
            let known = item_of(group, relation)?;
            items.iter().position(|(item, _)| *item == known)
        }
    };
    let Some(places) = groups.iter().map(place).collect::<Option<Vec<usize>>>() else {
        return false;
    };
    let is_key = |place: &usize| items.get(*place).is_some_and(|(item, _)| item.is_key());
    // A key that stands there twice is the same key.
    let is_grouped = |item: &Item<'_>| {
        places.iter().any(|place| items.get(*place).is_some_and(|(known, _)| known == item))
    };
    modifiers.is_empty()
        && places.iter().all(is_key)
        && items.iter().filter(|(item, _)| item.is_key()).all(|(item, _)| is_grouped(item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::read;

    fn is_counted(sql: &str) -> bool {
        Counted::of(&read(sql)).is_some()
    }

    #[test]
    fn knows_statements_that_count_in_groups() {
        for sql in [
            "SELECT eventName, count(*) AS n FROM events GROUP BY 1 ORDER BY n DESC LIMIT 20",
            "SELECT count(*), e.eventName FROM events e GROUP BY e.eventName ORDER BY 1",
            "SELECT date_trunc('hour', eventTime) AS h, userIdentity.arn, count(*) AS n FROM events \
             WHERE errorCode IS NOT NULL GROUP BY date_trunc('hour', eventTime), userIdentity.arn \
             ORDER BY count(*) DESC, 2 LIMIT 5",
            "SELECT recipientAccountId, count(DISTINCT userIdentity.arn) FROM events GROUP BY 1",
            "SELECT count(DISTINCT sourceIPAddress) FROM events",
            "SELECT eventName FROM events GROUP BY eventName",
        ] {
            assert!(is_counted(sql), "{sql}");
        }
    }

    #[test]
    fn leaves_everything_else_to_the_planner() {
        for sql in [
            "SELECT eventName, max(eventTime) FROM events GROUP BY 1",
            "SELECT eventName, count(errorCode) FROM events GROUP BY 1",
            "SELECT eventName, count(*) FILTER (WHERE errorCode IS NULL) FROM events GROUP BY 1",
            "SELECT eventName, count(*) FROM events GROUP BY 1 HAVING count(*) > 3",
            "SELECT eventName, count(*) FROM events GROUP BY ROLLUP (eventName)",
            "SELECT count(*) FROM events GROUP BY eventName",
            "SELECT eventName, count(*) FROM events GROUP BY eventName, awsRegion",
            "SELECT eventName, count(*) FROM events GROUP BY 1 LIMIT 3",
            "SELECT eventName, count(*) FROM events GROUP BY 1 ORDER BY 2 LIMIT 3 OFFSET 1",
            "SELECT lower(eventName), count(*) FROM events GROUP BY 1",
            "SELECT eventName, count(*) + 1 FROM events GROUP BY 1",
            "SELECT eventName, count(*) OVER () FROM events GROUP BY 1",
            "SELECT DISTINCT eventName, count(*) FROM events GROUP BY 1",
        ] {
            assert!(!is_counted(sql), "{sql}");
        }
    }
}
