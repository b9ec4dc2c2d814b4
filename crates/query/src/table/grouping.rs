//! Finds in a plan what only counts rows by codes and by stretches of time, so that it is done
//! where the codes are: the whole of `SELECT x, date_trunc('day', eventTime), count(DISTINCT y) …
//! GROUP BY 1, 2`.

use crate::functions::{Stretch, stretch_of};
use crate::table::exec::LakeExec;
use crate::table::scan::{BATCH_ROWS, Scan};
use crate::table::source::Source;
use datafusion::common::ScalarValue;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::expressions::{Column, Literal};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::repartition::RepartitionExec;
use lake::Path;
use std::sync::Arc;

/// Most keys: their numbers, 32 bits each, make one number of 128.
const KEYS_MAX: usize = 4;

/// What rows are told apart by.
#[derive(Clone, Debug)]
pub(crate) enum Key {
    /// A text.
    Text(Path),
    /// The stretch of time that the event happened in; the first one that occurs has number 0.
    Time { stretch: Stretch, first: i64 },
}

/// What is counted of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Its rows.
    Rows,
    /// The distinct values of the last key; NULL is none.
    Distinct,
}

/// Groups of a scan's rows.
#[derive(Clone, Debug)]
pub(crate) struct Grouping {
    pub(crate) scan: Arc<Scan>,
    /// How many threads the plan reads with.
    pub(crate) threads: usize,
    /// Those of the groups; behind them the one whose values are counted, where one is.
    pub(crate) keys: Vec<Key>,
    /// How many of the keys make groups.
    pub(crate) groups: usize,
    pub(crate) measures: Vec<Measure>,
    /// Where only the first few groups are wanted.
    pub(crate) top: Option<Top>,
}

/// The groups with the most of something, or with the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Top {
    /// Of what, by its place among the measures.
    pub(crate) measure: usize,
    pub(crate) descending: bool,
    pub(crate) count: usize,
}

/// A column of an answer, over the columns of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told<'a> {
    /// A text that makes groups.
    Text(usize),
    /// The beginning of a stretch of time that makes groups, and the stretch's name.
    Time(usize, &'a str),
    /// How many rows a group has.
    Rows,
    /// How many distinct values of a text it has.
    Distinct(usize),
}

impl Grouping {
    /// The groups that `told` tells of, keys first; `None` where counting by codes cannot do it or
    /// would not be faster.
    pub(crate) fn new(plan: &Arc<dyn ExecutionPlan>, told: &[Told<'_>]) -> Option<Self> {
        let exec = plan.downcast_ref::<LakeExec>()?;
        let scan = exec.plain_scan()?;
        let text = |place: &usize| match scan.sources.get(*place)? {
            Source::Text(path) => Some(path.clone()),
            _ => None,
        };
        let (mut keys, mut counted, mut measures) = (Vec::new(), None, Vec::new());
        for column in told {
            match column {
                Told::Text(place) => keys.push(Key::Text(text(place)?)),
                Told::Time(place, name) => keys.push(time(*place, name, scan)?),
                Told::Rows => measures.push(Measure::Rows),
                Told::Distinct(place) => {
                    let path = text(place)?;
                    if counted.get_or_insert_with(|| path.clone()) != &path {
                        return None;
                    }
                    measures.push(Measure::Distinct);
                }
            }
        }
        let groups = keys.len();
        keys.extend(counted.map(Key::Text));
        let (scan, threads) = (Arc::clone(scan), exec.partitions());
        let fits = keys.len() <= KEYS_MAX && has_point(groups, &measures);
        let grouping = Self { scan, threads, keys, groups, measures, top: None };
        (fits && grouping.is_coded()).then_some(grouping)
    }

    /// What a plan's topmost node does, both halves of it; `None` where it is something else, or
    /// where counting by codes would not be faster.
    pub(crate) fn of(plan: &Arc<dyn ExecutionPlan>) -> Option<Self> {
        read(plan).filter(|grouping| !grouping.keys.is_empty() && grouping.is_coded())
    }

    /// Whether the texts are columns of codes: asked of the largest part, which stands for the
    /// others, unless even that is small. Rows without codes are counted all the same, only slower.
    fn is_coded(&self) -> bool {
        let Some(part) = self.scan.parts.iter().max_by_key(|part| part.meta.rows) else {
            return true;
        };
        if part.rows() as usize <= BATCH_ROWS {
            return true;
        }
        let Ok(rows) = lake::Rows::new(part) else { return false };
        self.keys.iter().all(|key| match key {
            Key::Text(path) => matches!(rows.coded(&rows.locate(path)), Ok(Some(_))),
            Key::Time { .. } => true,
        })
    }
}

fn read(plan: &Arc<dyn ExecutionPlan>) -> Option<Grouping> {
    let first = first_half(plan.downcast_ref::<AggregateExec>()?)?;
    let groups = first.group_expr();
    let plain = (groups.is_single() || groups.is_empty())
        && first.limit_options().is_none()
        && first.filter_expr().iter().all(Option::is_none);
    if !plain {
        return None;
    }
    match first.input().downcast_ref::<LakeExec>() {
        Some(scan) => of_rows(first, scan),
        None => of_groups(first),
    }
}

/// The half that reads rows; both may be one node.
fn first_half(aggregate: &AggregateExec) -> Option<&AggregateExec> {
    match aggregate.mode() {
        AggregateMode::Single | AggregateMode::SinglePartitioned => return Some(aggregate),
        AggregateMode::Final | AggregateMode::FinalPartitioned => {}
        _ => return None,
    }
    if aggregate.limit_options().is_some() {
        return None;
    }
    let mut below = aggregate.input();
    while below.downcast_ref::<RepartitionExec>().is_some()
        || below.downcast_ref::<CoalescePartitionsExec>().is_some()
    {
        below = below.children().first().copied()?;
    }
    let first = below.downcast_ref::<AggregateExec>()?;
    (*first.mode() == AggregateMode::Partial).then_some(first)
}

/// Groups of rows.
fn of_rows(aggregate: &AggregateExec, exec: &LakeExec) -> Option<Grouping> {
    let scan = exec.plain_scan()?;
    let mut keys = Vec::new();
    for (expr, _) in aggregate.group_expr().expr() {
        keys.push(key(expr, scan)?);
    }
    let groups = keys.len();
    let mut measures = Vec::new();
    for function in aggregate.aggr_expr() {
        let Some(path) = distinct(function, scan) else {
            measures.push(counts_rows(function).then_some(Measure::Rows)?);
            continue;
        };
        match keys.get(groups) {
            None => keys.push(Key::Text(path)),
            Some(Key::Text(counted)) if *counted == path => {}
            Some(_) => return None,
        }
        measures.push(Measure::Distinct);
    }
    let threads = exec.partitions();
    let fits = keys.len() <= KEYS_MAX && has_point(groups, &measures);
    let scan = Arc::clone(scan);
    fits.then_some(Grouping { scan, threads, keys, groups, measures, top: None })
}

/// One count of all rows needs no look at any.
fn has_point(groups: usize, measures: &[Measure]) -> bool {
    groups > 0 || measures.contains(&Measure::Distinct)
}

/// Groups of groups: how the planner writes the count of distinct values.
fn of_groups(aggregate: &AggregateExec) -> Option<Grouping> {
    let (inner, places) = renamed(aggregate.input())?;
    let inner = read(inner)?;
    let place =
        |expr: &Arc<dyn PhysicalExpr>| places.get(expr.downcast_ref::<Column>()?.index()).copied();
    let groups: Option<Vec<usize>> =
        aggregate.group_expr().expr().iter().map(|(expr, _)| place(expr)).collect();
    let groups = groups?;
    let left: Vec<usize> = (0..inner.keys.len()).filter(|key| !groups.contains(key)).collect();
    let [counted] = left.as_slice() else { return None };
    let counts = |function: &Arc<AggregateFunctionExpr>| {
        let expressions = function.expressions();
        let [expr] = expressions.as_slice() else { return false };
        counts_plainly(function) && place(expr) == Some(*counted)
    };
    let fits = inner.measures.is_empty()
        && groups.len() + 1 == inner.keys.len()
        && matches!(inner.keys.get(*counted), Some(Key::Text(_)))
        && aggregate.aggr_expr().iter().all(counts);
    let order = groups.iter().chain([counted]);
    fits.then(|| Grouping {
        keys: order.filter_map(|key| inner.keys.get(*key).cloned()).collect(),
        groups: groups.len(),
        measures: vec![Measure::Distinct; aggregate.aggr_expr().len()],
        ..inner
    })
}

/// The node below a change of names, and which of its columns stands where.
fn renamed(plan: &Arc<dyn ExecutionPlan>) -> Option<(&Arc<dyn ExecutionPlan>, Vec<usize>)> {
    let Some(projection) = plan.downcast_ref::<ProjectionExec>() else {
        return Some((plan, (0..plan.schema().fields().len()).collect()));
    };
    let columns = projection.expr().iter();
    let places = columns.map(|it| Some(it.expr.downcast_ref::<Column>()?.index()));
    Some((projection.input(), places.collect::<Option<_>>()?))
}

fn key(expr: &Arc<dyn PhysicalExpr>, scan: &Scan) -> Option<Key> {
    if let Some(column) = expr.downcast_ref::<Column>() {
        return Some(Key::Text(text(column, scan)?));
    }
    let function = expr.downcast_ref::<ScalarFunctionExpr>()?;
    let ("date_trunc", [unit, time]) = (function.name(), function.args()) else { return None };
    let unit = unit.downcast_ref::<Literal>()?.value();
    let column = time.downcast_ref::<Column>()?;
    self::time(column.index(), ScalarValue::try_as_str(unit)??, scan)
}

/// The stretches of this name in a column of times.
fn time(place: usize, name: &str, scan: &Scan) -> Option<Key> {
    let is_time = matches!(scan.sources.get(place)?, Source::Time);
    let stretch = stretch_of(name)?;
    let first = first_stretch(stretch, scan)?;
    is_time.then_some(Key::Time { stretch, first })
}

/// The number of the earliest stretch; `None` where there are too many of them for their numbers.
fn first_stretch(stretch: Stretch, scan: &Scan) -> Option<i64> {
    let (earliest, latest) = scan.extent()?;
    let (first, last) = (stretch.number(earliest), stretch.number(latest));
    u32::try_from(last.checked_sub(first)?).is_ok().then_some(first)
}

fn text(column: &Column, scan: &Scan) -> Option<Path> {
    match scan.sources.get(column.index())? {
        Source::Text(path) => Some(path.clone()),
        _ => None,
    }
}

/// The text whose distinct values a function counts.
fn distinct(function: &AggregateFunctionExpr, scan: &Scan) -> Option<Path> {
    let expressions = function.expressions();
    let [expr] = expressions.as_slice() else { return None };
    let counts = function.fun().name() == "count" && function.is_distinct();
    let path = text(expr.downcast_ref::<Column>()?, scan)?;
    (counts && function.order_bys().is_empty()).then_some(path)
}

fn counts_plainly(function: &AggregateFunctionExpr) -> bool {
    function.fun().name() == "count" && !function.is_distinct() && function.order_bys().is_empty()
}

/// `count(*)`, which the planner writes as the count of a number.
pub(crate) fn counts_rows(function: &AggregateFunctionExpr) -> bool {
    let literal = |expr: &Arc<dyn PhysicalExpr>| {
        expr.downcast_ref::<Literal>().is_some_and(|literal| !literal.value().is_null())
    };
    counts_plainly(function) && function.expressions().iter().all(literal)
}
