//! One condition of a statement, made ready to be asked of single columns and of batches.

use crate::table::source::Source;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow::compute::prep_null_mask_filter;
use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, InListExpr, LikeExpr, Literal};
use datafusion::physical_expr::utils::{collect_columns, reassign_expr_columns};
use model::RecordId;
use std::ops::Range;
use std::sync::Arc;

/// A condition and the columns it looks at.
#[derive(Clone, Debug)]
pub(crate) struct Predicate {
    expr: Arc<dyn PhysicalExpr>,
    schema: SchemaRef,
    pub(crate) sources: Vec<Source>,
    pub(crate) form: Form,
    /// Those of its texts that are ids.
    pub(crate) ids: Vec<RecordId>,
}

/// Forms of conditions for which there are short cuts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The one column is one of these texts.
    Is(Vec<String>),
    /// The one column contains this text.
    Contains(String),
    /// The one column, a time, lies in this range of milliseconds.
    Within(Range<i64>),
    /// Anything else.
    Other,
}

impl Predicate {
    /// A condition over `schema`, whose columns come from `sources`.
    pub(crate) fn new(
        expr: &Arc<dyn PhysicalExpr>,
        schema: &Schema,
        sources: &[Source],
    ) -> Result<Self> {
        let mut names: Vec<String> =
            collect_columns(expr).into_iter().map(|column| column.name().to_owned()).collect();
        names.sort_unstable();
        names.dedup();
        let mut places = Vec::with_capacity(names.len());
        for name in &names {
            places.push(schema.index_of(name)?);
        }
        let narrow = Arc::new(schema.project(&places)?);
        let picked = places.iter().filter_map(|place| sources.get(*place).cloned());
        let form = if names.len() == 1 { form(expr) } else { Form::Other };
        let ids = match &form {
            Form::Is(texts) => {
                texts.iter().filter_map(|text| RecordId::from_uuid(text.as_bytes())).collect()
            }
            _ => Vec::new(),
        };
        Ok(Self {
            form,
            ids,
            expr: reassign_expr_columns(Arc::clone(expr), &narrow)?,
            sources: picked.collect(),
            schema: narrow,
        })
    }

    /// The one column it looks at.
    pub(crate) fn only_source(&self) -> Option<&Source> {
        match self.sources.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Which of `len` rows with these columns pass; NULL does not.
    pub(crate) fn passes(&self, columns: Vec<ArrayRef>, len: usize) -> Result<BooleanArray> {
        let options = RecordBatchOptions::new().with_row_count(Some(len));
        let batch = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)?;
        let outcome = self.expr.evaluate(&batch)?.into_array(len)?;
        let outcome = outcome.as_boolean();
        Ok(match outcome.null_count() {
            0 => outcome.clone(),
            _ => prep_null_mask_filter(outcome),
        })
    }

    /// Whether a row passes whose every column is NULL.
    pub(crate) fn passes_null(&self) -> Result<bool> {
        let nulls = self.schema.fields().iter();
        let nulls = nulls.map(|field| arrow::array::new_null_array(field.data_type(), 1));
        Ok(self.passes(nulls.collect(), 1)?.value(0))
    }
}

fn form(expr: &Arc<dyn PhysicalExpr>) -> Form {
    let found = if let Some(binary) = expr.downcast_ref::<BinaryExpr>() {
        of_binary(binary)
    } else if let Some(list) = expr.downcast_ref::<InListExpr>() {
        of_list(list)
    } else if let Some(like) = expr.downcast_ref::<LikeExpr>() {
        of_like(like)
    } else {
        None
    };
    found.unwrap_or(Form::Other)
}

fn is_column(expr: &Arc<dyn PhysicalExpr>) -> bool {
    expr.downcast_ref::<Column>().is_some()
}

fn literal(expr: &Arc<dyn PhysicalExpr>) -> Option<&ScalarValue> {
    Some(expr.downcast_ref::<Literal>()?.value())
}

fn text(value: &ScalarValue) -> Option<String> {
    value.try_as_str().flatten().map(str::to_owned)
}

fn of_binary(binary: &BinaryExpr) -> Option<Form> {
    let (value, op) = if is_column(binary.left()) {
        (literal(binary.right())?, *binary.op())
    } else if is_column(binary.right()) {
        (literal(binary.left())?, binary.op().swap()?)
    } else {
        return None;
    };
    if let ScalarValue::TimestampMillisecond(Some(ms), _) = value {
        return range(op, *ms).map(Form::Within);
    }
    (op == Operator::Eq).then(|| text(value).map(|text| Form::Is(vec![text])))?
}

fn range(op: Operator, ms: i64) -> Option<Range<i64>> {
    let next = ms.saturating_add(1);
    match op {
        Operator::Eq => Some(ms..next),
        Operator::Lt => Some(i64::MIN..ms),
        Operator::LtEq => Some(i64::MIN..next),
        Operator::Gt => Some(next..i64::MAX),
        Operator::GtEq => Some(ms..i64::MAX),
        _ => None,
    }
}

fn of_list(list: &InListExpr) -> Option<Form> {
    if list.negated() || !is_column(list.expr()) {
        return None;
    }
    let texts: Option<Vec<String>> = list.list().iter().map(|item| text(literal(item)?)).collect();
    texts.map(Form::Is)
}

fn of_like(like: &LikeExpr) -> Option<Form> {
    if like.negated() || like.case_insensitive() || !is_column(like.expr()) {
        return None;
    }
    let pattern = text(literal(like.pattern())?)?;
    let inner = pattern.strip_prefix('%')?.strip_suffix('%')?;
    let plain = !inner.is_empty() && !inner.contains(['%', '_', '\\']);
    plain.then(|| Form::Contains(inner.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::exec::LakeExec;
    use crate::table::{Dictionaries, LakeTable, TableSpec, Wanted};
    use datafusion::prelude::SessionContext;
    use lake::Snapshot;
    use model::Seq;

    /// The condition as it comes to the scan.
    async fn predicate(text: &str) -> Predicate {
        let snapshot = Snapshot { parts: Arc::default(), tail: Vec::new(), end: Seq(0) };
        let dictionaries = Dictionaries::new(1 << 20);
        let table =
            LakeTable::new(&snapshot, &TableSpec::default(), &Wanted::all(&[]), &dictionaries);
        let context = SessionContext::new();
        context.register_table("events", Arc::new(table)).unwrap();
        let sql = format!("SELECT eventid, eventname FROM events WHERE {text}");
        let plan = context.sql(&sql).await.unwrap().create_physical_plan().await.unwrap();
        let mut node = &plan;
        while let Some(below) = node.children().first().copied() {
            node = below;
        }
        let scan = node.downcast_ref::<LakeExec>().unwrap().scan();
        scan.predicates().unwrap().remove(0)
    }

    #[tokio::test]
    async fn short_cuts_are_seen() {
        let is = |texts: &[&str]| Form::Is(texts.iter().map(|text| (*text).to_owned()).collect());
        assert_eq!(predicate("eventname = 'A'").await.form, is(&["A"]));
        assert_eq!(predicate("'A' = eventname").await.form, is(&["A"]));
        assert_eq!(
            predicate("requestparameters LIKE '%a b%'").await.form,
            Form::Contains("a b".into())
        );
        let time = "eventtime >= TIMESTAMP '2026-01-01'";
        assert_eq!(predicate(time).await.form, Form::Within(1_767_225_600_000..i64::MAX));
    }

    #[tokio::test]
    async fn whatever_is_no_short_cut_is_asked_of_values() {
        for text in [
            "eventname <> 'A'",
            "eventname NOT IN ('A', 'B')",
            "eventname = errorcode",
            "requestparameters LIKE 'a%'",
            "requestparameters LIKE '%a%b%'",
            "requestparameters LIKE '%a_b%'",
            "requestparameters ILIKE '%a%'",
            "requestparameters NOT LIKE '%a%'",
        ] {
            assert_eq!(predicate(text).await.form, Form::Other, "{text}");
        }
    }

    #[tokio::test]
    async fn null_passes_only_where_it_is_asked_for() {
        assert!(predicate("eventname IS NULL").await.passes_null().unwrap());
        assert!(predicate("coalesce(eventname, 'x') = 'x'").await.passes_null().unwrap());
        assert!(!predicate("eventname = 'x'").await.passes_null().unwrap());
        assert!(!predicate("eventname NOT LIKE 'x%'").await.passes_null().unwrap());
    }
}
