//! Literals become what they are compared with: Lake takes `eventTime > '2026-01-01'` and
//! `readOnly = 'true'`.

use datafusion::sql::sqlparser::ast::{Expr, Value};

use crate::dialect::build;
use crate::dialect::rewriter::Rewriter;
use crate::error::{Error, Result};
use crate::functions::clock;
use crate::table::schema::{Column, Kind};

impl Rewriter<'_> {
    /// Makes a literal on one side what the column on the other side is.
    pub(super) fn agree(&self, a: &mut Expr, b: &mut Expr) -> Result<()> {
        if let Some(kind) = self.physical_kind(a) {
            become_kind(b, kind)?;
        }
        if let Some(kind) = self.physical_kind(b) {
            become_kind(a, kind)?;
        }
        Ok(())
    }

    /// The kind of the store's column that a rewritten expression is.
    fn physical_kind(&self, expr: &Expr) -> Option<Kind> {
        let mut expr = expr;
        // INVARIANT (wraps are a tree): each step goes to an earlier relation.
        for _ in 0..=self.wraps.len() {
            let Expr::CompoundIdentifier(names) = expr else { return None };
            let [relation, column] = names.as_slice() else { return None };
            if relation.value.starts_with('s') {
                return match Column::named(&column.value) {
                    Some(column) => Some(column.kind),
                    None => column.value.contains('#').then_some(Kind::Text),
                };
            }
            let wrap = self.wraps.iter().find(|wrap| wrap.id == relation.value)?;
            expr = wrap.inside(&column.value)?;
        }
        None
    }
}

fn become_kind(expr: &mut Expr, kind: Kind) -> Result<()> {
    let made = match (kind, literal(expr)) {
        (Kind::Time, Some(Value::SingleQuotedString(text))) => {
            Some(moment(text).ok_or_else(|| {
                Error::invalid(format!("`{text}` is no time"))
                    .hint("times are written '2026-11-20 02:13:07'")
            })?)
        }
        (Kind::Boolean, Some(Value::SingleQuotedString(text))) => truth(text).map(build::boolean),
        (Kind::Text, Some(Value::Boolean(value))) => Some(build::text(value.to_string())),
        (Kind::Text, Some(Value::Number(digits, _))) => Some(build::text(digits)),
        _ => None,
    };
    if let Some(made) = made {
        *expr = made;
    }
    Ok(())
}

fn literal(expr: &Expr) -> Option<&Value> {
    match expr {
        Expr::Value(value) => Some(&value.value),
        Expr::Nested(inner) => literal(inner),
        _ => None,
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// The engine's expression for a moment that is written as people write it.
pub(super) fn moment(text: &str) -> Option<Expr> {
    clock::parse(text).map(|millis| build::moment(clock::show(millis)))
}
