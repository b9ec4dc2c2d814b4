//! Expressions.

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, CastKind, DataType, DateTimeField, Expr, Interval, Query,
    Subscript, TimezoneInfo, TrimWhereField, TypedString, Value, WindowSpec,
};

use crate::dialect::access::{Chain, last_steps, string};
use crate::dialect::build;
use crate::dialect::rewriter::Rewriter;
use crate::error::{Error, Result};

impl Rewriter<'_> {
    /// Rewrites an expression and everything in it.
    pub(super) fn expr(&mut self, expr: &mut Expr) -> Result<()> {
        if let Some(chain) = Chain::of(expr) {
            *expr = self.reach(&chain)?;
            return Ok(());
        }
        if let Some((root, steps)) = last_steps(expr) {
            let mut root = root.clone();
            self.expr(&mut root)?;
            *expr = self.take(root, std::iter::empty(), &steps)?;
            return Ok(());
        }
        self.part(expr)
    }

    fn all(&mut self, exprs: &mut [Expr]) -> Result<()> {
        exprs.iter_mut().try_for_each(|expr| self.expr(expr))
    }

    fn two(&mut self, a: &mut Expr, b: &mut Expr) -> Result<()> {
        self.expr(a)?;
        self.expr(b)
    }

    /// What has parts and no name.
    fn part(&mut self, expr: &mut Expr) -> Result<()> {
        match expr {
            Expr::Value(value) => known_literal(&value.value),
            Expr::Nested(inner)
            | Expr::IsFalse(inner)
            | Expr::IsNotFalse(inner)
            | Expr::IsTrue(inner)
            | Expr::IsNotTrue(inner)
            | Expr::IsNull(inner)
            | Expr::IsNotNull(inner)
            | Expr::UnaryOp { expr: inner, .. }
            | Expr::Extract { expr: inner, .. }
            | Expr::Ceil { expr: inner, .. }
            | Expr::Floor { expr: inner, .. } => {
                self.expr(inner)?;
                self.plain_call(expr)
            }
            Expr::IsDistinctFrom(a, b) | Expr::IsNotDistinctFrom(a, b) => {
                self.two(a, b)?;
                self.agree(a, b)
            }
            Expr::BinaryOp { .. } => self.binary(expr),
            Expr::InList { .. } | Expr::Between { .. } => self.compared(expr),
            Expr::Like { expr: a, pattern: b, any: false, .. }
            | Expr::ILike { expr: a, pattern: b, any: false, .. } => self.two(a, b),
            Expr::Cast { .. } => self.cast(expr),
            Expr::Case { .. } => self.case(expr),
            Expr::Function(_) => self.call(expr),
            Expr::Subquery(query) | Expr::Exists { subquery: query, .. } => self.nested(query),
            Expr::InSubquery { expr: inner, subquery, .. } => {
                self.expr(inner)?;
                self.nested(subquery)
            }
            _ => self.rarer_part(expr),
        }
    }

    fn rarer_part(&mut self, expr: &mut Expr) -> Result<()> {
        match expr {
            Expr::Position { expr: needle, r#in } => {
                self.two(needle, r#in)?;
                *expr = build::call("strpos", vec![taken(r#in), taken(needle)]);
                Ok(())
            }
            Expr::Substring { expr: text, substring_from, substring_for, .. } => {
                self.expr(text)?;
                let mut args = vec![taken(text)];
                for bound in [substring_from, substring_for].into_iter().flatten() {
                    self.expr(bound)?;
                    args.push(taken(bound));
                }
                *expr = build::call("substr", args);
                Ok(())
            }
            Expr::Trim { .. } => self.trim(expr),
            Expr::Tuple(list) => self.all(list),
            Expr::Array(array) => {
                self.all(&mut array.elem)?;
                *expr = build::call("make_array", std::mem::take(&mut array.elem));
                Ok(())
            }
            Expr::Interval(interval) => self.interval(interval),
            Expr::TypedString(typed) => {
                *expr = typed_string(typed)?;
                Ok(())
            }
            Expr::AtTimeZone { timestamp, time_zone } => {
                self.expr(timestamp)?;
                let utc = string(time_zone).is_some_and(is_utc);
                *expr = taken(timestamp);
                match utc {
                    true => Ok(()),
                    false => Err(Error::refused("`AT TIME ZONE`", "all times are UTC")),
                }
            }
            Expr::CompoundFieldAccess { root, access_chain } => {
                self.expr(root)?;
                access_chain.iter_mut().try_for_each(|access| self.access(access))
            }
            Expr::Lambda(_) => Err(Error::invalid("a lambda stands where no function takes one")),
            other => Err(Error::refused(format!("`{other}`"), "Lake's SQL does not have it")),
        }
    }

    /// Steps that are no plain name, key or number: `a[1:3]`.
    fn access(&mut self, access: &mut AccessExpr) -> Result<()> {
        match access {
            AccessExpr::Subscript(Subscript::Index { index }) => self.expr(index),
            _ => Err(Error::refused("this subscript", "use slice (array, start, length)")),
        }
    }

    pub(super) fn nested(&mut self, query: &mut Query) -> Result<()> {
        self.query(query).map(|_| ())
    }

    fn case(&mut self, expr: &mut Expr) -> Result<()> {
        let Expr::Case { operand, conditions, else_result, .. } = expr else { return Ok(()) };
        if let Some(operand) = operand {
            self.expr(operand)?;
        }
        for when in conditions {
            self.two(&mut when.condition, &mut when.result)?;
        }
        else_result.as_mut().map_or(Ok(()), |result| self.expr(result))
    }

    fn binary(&mut self, expr: &mut Expr) -> Result<()> {
        self.operands(expr)?;
        let Expr::BinaryOp { left, op, right } = expr else { return Ok(()) };
        match op {
            BinaryOperator::Eq
            | BinaryOperator::NotEq
            | BinaryOperator::Lt
            | BinaryOperator::LtEq
            | BinaryOperator::Gt
            | BinaryOperator::GtEq => self.agree(left, right),
            BinaryOperator::StringConcat => {
                *expr = build::call("concat", vec![taken(left), taken(right)]);
                Ok(())
            }
            BinaryOperator::And
            | BinaryOperator::Or
            | BinaryOperator::Plus
            | BinaryOperator::Minus
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Modulo => Ok(()),
            other => Err(Error::refused(format!("`{other}`"), "Trino does not have it")),
        }
    }

    /// Both sides of a chain of operators, the left spine without recursion.
    fn operands(&mut self, expr: &mut Expr) -> Result<()> {
        let Expr::BinaryOp { left, right, .. } = expr else { return Ok(()) };
        self.two(left, right)
    }

    fn compared(&mut self, expr: &mut Expr) -> Result<()> {
        match expr {
            Expr::InList { expr, list, .. } => {
                self.expr(expr)?;
                for item in list {
                    self.expr(item)?;
                    self.agree(expr, item)?;
                }
            }
            Expr::Between { expr, low, high, .. } => {
                self.expr(expr)?;
                for bound in [low, high] {
                    self.expr(bound)?;
                    self.agree(expr, bound)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn trim(&mut self, expr: &mut Expr) -> Result<()> {
        let Expr::Trim { trim_where, trim_what, expr: text, trim_characters } = expr else {
            return Ok(());
        };
        let function = match trim_where {
            Some(TrimWhereField::Leading) => "ltrim",
            Some(TrimWhereField::Trailing) => "rtrim",
            Some(TrimWhereField::Both) | None => "btrim",
        };
        self.expr(text)?;
        let mut args = vec![taken(text)];
        if let Some(what) = trim_what {
            self.expr(what)?;
            args.push(taken(what));
        }
        for what in trim_characters.iter_mut().flatten() {
            self.expr(what)?;
            args.push(taken(what));
        }
        *expr = build::call(function, args);
        Ok(())
    }

    /// EXTRACT, CEIL and FLOOR are calls.
    fn plain_call(&mut self, expr: &mut Expr) -> Result<()> {
        let (function, inner) = match expr {
            Expr::Ceil { expr, .. } => ("ceil", expr),
            Expr::Floor { expr, .. } => ("floor", expr),
            Expr::Extract { field, expr, .. } => (extracted(field)?, expr),
            _ => return Ok(()),
        };
        *expr = build::call(function, vec![taken(inner)]);
        Ok(())
    }

    fn interval(&mut self, interval: &mut Interval) -> Result<()> {
        if interval.last_field.is_some() {
            return Err(Error::refused("`INTERVAL … TO …`", "write one unit"));
        }
        match string(&interval.value) {
            Some(_) => Ok(()),
            None => {
                Err(Error::syntax("INTERVAL needs text and a unit").hint("write INTERVAL '7' DAY"))
            }
        }
    }

    fn cast(&mut self, expr: &mut Expr) -> Result<()> {
        let Expr::Cast { kind, expr: inner, data_type, array: false, format: None } = expr else {
            return Err(Error::refused("this kind of CAST", "Trino does not have it"));
        };
        if *kind == CastKind::DoubleColon {
            *kind = CastKind::Cast;
        }
        self.expr(inner)?;
        let (kind, inner) = (kind.clone(), taken(inner));
        *expr = casted(kind, inner, data_type)?;
        Ok(())
    }

    pub(super) fn window(&mut self, spec: &mut WindowSpec) -> Result<()> {
        self.all(&mut spec.partition_by)?;
        for item in &mut spec.order_by {
            item.options.nulls_first.get_or_insert(false);
            self.expr(&mut item.expr)?;
        }
        Ok(())
    }
}

/// Takes an expression out of its place; NULL stays.
pub(super) fn taken(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, build::null())
}

fn known_literal(value: &Value) -> Result<()> {
    match value {
        Value::Number(..) | Value::SingleQuotedString(_) | Value::Boolean(_) | Value::Null => {
            Ok(())
        }
        Value::Placeholder(name) => Err(Error::syntax(format!("`{name}` was not replaced"))
            .hint("parameters are filled in before a statement is sent")),
        other => Err(Error::refused(format!("`{other}`"), "write text in single quotes")),
    }
}

fn extracted(field: &DateTimeField) -> Result<&'static str> {
    Ok(match field {
        DateTimeField::Year | DateTimeField::Years => "year",
        DateTimeField::Quarter => "quarter",
        DateTimeField::Month | DateTimeField::Months => "month",
        DateTimeField::Week(None) | DateTimeField::Weeks => "week",
        DateTimeField::Day | DateTimeField::Days => "day",
        DateTimeField::DayOfWeek | DateTimeField::Dow => "day_of_week",
        DateTimeField::DayOfYear | DateTimeField::Doy => "day_of_year",
        DateTimeField::Hour | DateTimeField::Hours => "hour",
        DateTimeField::Minute | DateTimeField::Minutes => "minute",
        DateTimeField::Second | DateTimeField::Seconds => "second",
        DateTimeField::Custom(ident) => match ident.value.to_ascii_lowercase().as_str() {
            "day_of_week" => "day_of_week",
            "day_of_year" => "day_of_year",
            "day_of_month" => "day",
            "year_of_week" | "yow" => "year_of_week",
            _ => return Err(Error::invalid(format!("EXTRACT knows no `{field}`"))),
        },
        _ => return Err(Error::invalid(format!("EXTRACT knows no `{field}`"))),
    })
}

/// `timestamp '…'` and `date '…'`.
fn typed_string(typed: &TypedString) -> Result<Expr> {
    let text = typed.value.value.clone().into_string().unwrap_or_default();
    match &typed.data_type {
        DataType::Timestamp(..) => crate::dialect::literals::moment(&text).ok_or_else(|| {
            Error::invalid(format!("`{text}` is no time"))
                .hint("write timestamp '2026-11-20 02:13:07'")
        }),
        DataType::Date => Ok(build::cast(build::text(text), DataType::Date)),
        other => Err(Error::refused(format!("`{other} '…'`"), "use timestamp or date")),
    }
}

pub(super) fn is_utc(zone: &str) -> bool {
    ["utc", "z", "gmt", "etc/utc", "+00:00"].contains(&zone.to_ascii_lowercase().as_str())
}

/// CAST in the engine's types. JSON is text with a mark: it loses its quotes on the way.
fn casted(kind: CastKind, inner: Expr, to: &DataType) -> Result<Expr> {
    let data_type = match to {
        DataType::Varchar(None) | DataType::Text | DataType::String(None) => {
            return Ok(build::call("to_varchar", vec![inner]));
        }
        DataType::Varchar(Some(length)) | DataType::Char(Some(length)) => {
            return shortened(inner, length);
        }
        DataType::JSON => return Ok(build::call("json_parse", vec![inner])),
        DataType::Map(_, value) => {
            let raw = matches!(**value, DataType::JSON);
            let function = if raw { "to_json_map" } else { "to_map" };
            return Ok(build::call(function, vec![inner]));
        }
        DataType::Array(element) => return cast_array(kind, inner, element),
        DataType::Custom(name, _) if name.to_string().eq_ignore_ascii_case("ipaddress") => {
            return Ok(build::call("to_varchar", vec![inner]));
        }
        DataType::Timestamp(..) => DataType::Timestamp(Some(3), TimezoneInfo::None),
        DataType::Date
        | DataType::Boolean
        | DataType::TinyInt(_)
        | DataType::SmallInt(_)
        | DataType::Int(_)
        | DataType::Integer(_)
        | DataType::BigInt(_)
        | DataType::Real
        | DataType::Double(_)
        | DataType::DoublePrecision
        | DataType::Decimal(_) => to.clone(),
        other => {
            return Err(Error::refused(
                format!("CAST to `{other}`"),
                "it takes varchar, json, numbers, boolean, date, timestamp, array, map",
            ));
        }
    };
    Ok(build::cast_as(kind, build::call("unjson", vec![inner]), data_type))
}

fn shortened(
    inner: Expr,
    length: &datafusion::sql::sqlparser::ast::CharacterLength,
) -> Result<Expr> {
    use datafusion::sql::sqlparser::ast::CharacterLength;
    let text = build::call("to_varchar", vec![inner]);
    match length {
        CharacterLength::IntegerLength { length, .. } => {
            let length = i64::try_from(*length).unwrap_or(i64::MAX);
            Ok(build::call("substr", vec![text, build::number(1), build::number(length)]))
        }
        CharacterLength::Max => Ok(text),
    }
}

fn cast_array(
    kind: CastKind,
    inner: Expr,
    element: &datafusion::sql::sqlparser::ast::ArrayElemTypeDef,
) -> Result<Expr> {
    use datafusion::sql::sqlparser::ast::ArrayElemTypeDef as Def;
    let element = match element {
        Def::AngleBracket(t) | Def::Parenthesis(t) | Def::SquareBracket(t, _) => t.as_ref(),
        Def::None => return Ok(build::call("to_array", vec![inner])),
    };
    match element {
        DataType::JSON | DataType::Map(..) | DataType::Array(_) => {
            Ok(build::call("to_json_array", vec![inner]))
        }
        DataType::Varchar(_) | DataType::Text => Ok(build::call("to_array", vec![inner])),
        DataType::BigInt(_) | DataType::Integer(_) | DataType::Int(_) | DataType::Double(_) => {
            let list = DataType::Array(Def::SquareBracket(Box::new(element.clone()), None));
            Ok(build::cast_as(kind, build::call("to_array", vec![inner]), list))
        }
        other => Err(Error::refused(
            format!("CAST to array({other})"),
            "it takes arrays of varchar, json, bigint, integer and double",
        )),
    }
}
