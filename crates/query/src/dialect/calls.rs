//! Calls of functions: by their names in the table, and those that are written in terms of
//! others.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, FunctionArgumentList, FunctionArguments, LambdaFunction, ObjectName,
    OrderByExpr, OrderByOptions, UnaryOperator, WindowType,
};

use crate::dialect::access::string;
use crate::dialect::build;
use crate::dialect::expressions::taken;
use crate::dialect::place_of;
use crate::dialect::rewriter::Rewriter;
use crate::error::{Error, Result};
use crate::functions::{self, Entry, How};

/// An aggregate may stand within one that has OVER, and no deeper.
const AGGREGATES_DEEP_MAX: usize = 2;
/// How many percentiles one call may ask for: each is computed by itself.
const SHARES_MAX: usize = 16;

impl Rewriter<'_> {
    /// Rewrites a call.
    pub(super) fn call(&mut self, expr: &mut Expr) -> Result<()> {
        let Expr::Function(function) = expr else { return Ok(()) };
        let name = name_of(function)?;
        let at = function.name.0.last().and_then(|p| p.as_ident()).and_then(|i| place_of(i.span));
        let entry = functions::find(&name).ok_or_else(|| functions::unknown(&name).at(at))?;
        if let How::Refused(why) = entry.how {
            return Err(Error::refused(format!("the function `{name}`"), why).at(at));
        }
        only_its_own(function, entry).map_err(|error| error.at(at))?;
        self.aggregates += usize::from(entry.group == "Aggregates");
        if self.aggregates > AGGREGATES_DEEP_MAX {
            return Err(Error::invalid(format!("`{name}` within another aggregate")).at(at));
        }
        self.arguments(function)?;
        self.aggregates -= usize::from(entry.group == "Aggregates");
        match entry.how {
            How::Engine(engine) | How::Aggregate(engine) | How::Window(engine) => {
                function.name = ObjectName::from(vec![build::ident(engine)]);
            }
            How::Lists(engine, count) => {
                function.name = ObjectName::from(vec![build::ident(engine)]);
                lists(function, count);
            }
            How::Own => function.name = ObjectName::from(vec![build::ident(entry.name)]),
            How::Written => *expr = self.written(entry, function).map_err(|e| e.at(at))?,
            How::Refused(_) => {}
        }
        Ok(())
    }

    /// The arguments, and everything that may stand behind them.
    fn arguments(&mut self, function: &mut Function) -> Result<()> {
        if let FunctionArguments::List(list) = &mut function.args {
            for arg in &mut list.args {
                self.argument(arg)?;
            }
            for clause in &mut list.clauses {
                self.argument_clause(clause)?;
            }
        }
        if let Some(filter) = &mut function.filter {
            self.expr(filter)?;
        }
        if let Some(WindowType::WindowSpec(spec)) = &mut function.over {
            self.window(spec)?;
        }
        self.orders(&mut function.within_group)
    }

    fn argument(&mut self, arg: &mut FunctionArg) -> Result<()> {
        match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Lambda(lambda))) => {
                self.lambda(lambda)
            }
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => self.expr(expr),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => Ok(()),
            _ => Err(Error::refused("an argument with a name", "arguments go by their order")),
        }
    }

    fn argument_clause(&mut self, clause: &mut FunctionArgumentClause) -> Result<()> {
        match clause {
            FunctionArgumentClause::OrderBy(items) => self.orders(items),
            FunctionArgumentClause::IgnoreOrRespectNulls(_) => Ok(()),
            _ => Err(Error::refused("this clause among arguments", "Lake's SQL lacks it")),
        }
    }

    fn orders(&mut self, items: &mut [OrderByExpr]) -> Result<()> {
        for item in items {
            item.options.nulls_first.get_or_insert(false);
            self.expr(&mut item.expr)?;
        }
        Ok(())
    }

    fn lambda(&mut self, lambda: &mut LambdaFunction) -> Result<()> {
        let before = self.lambdas.len();
        for param in lambda.params.iter_mut_all() {
            self.lambdas.push(param.value.clone());
            *param = build::ident(param.value.to_ascii_lowercase());
        }
        let done = self.expr(&mut lambda.body);
        self.lambdas.truncate(before);
        done
    }

    fn written(&mut self, entry: &Entry, function: &mut Function) -> Result<Expr> {
        let mut args = plain_arguments(function)?;
        match (entry.name, args.as_mut_slice()) {
            ("now" | "current_timestamp" | "localtimestamp", []) => {
                Ok(build::moment(self.now.clone()))
            }
            ("current_date", []) => {
                let day: String = self.now.chars().take(10).collect();
                Ok(build::cast(build::text(day), DataType::Date))
            }
            ("date" | "from_iso8601_date", [time]) => Ok(build::cast(taken(time), DataType::Date)),
            ("week_of_year" | "yow" | "day_of_month" | "dow" | "doy", [time]) => {
                Ok(build::call(long_name(entry.name), vec![taken(time)]))
            }
            ("if", [condition, yes]) => Ok(build::either(taken(condition), taken(yes), None)),
            ("if", [condition, yes, no]) => {
                Ok(build::either(taken(condition), taken(yes), Some(taken(no))))
            }
            ("try", [inner]) => attempted(taken(inner)),
            ("mod", [a, b]) => Ok(binary(taken(a), BinaryOperator::Modulo, taken(b))),
            ("json_value", [json, path]) => {
                Ok(build::call("json_extract_scalar", vec![taken(json), taken(path)]))
            }
            ("json_query", [json, path]) => {
                Ok(build::call("json_extract", vec![taken(json), taken(path)]))
            }
            _ => array(entry.name, &mut args)
                .or_else(|| aggregate(entry.name, &mut args, function))
                .unwrap_or_else(|| Err(misused(entry))),
        }
    }
}

/// Gives every parameter's name to be changed.
trait Params {
    fn iter_mut_all(&mut self) -> Vec<&mut datafusion::sql::sqlparser::ast::Ident>;
}

impl Params
    for datafusion::sql::sqlparser::ast::OneOrManyWithParens<
        datafusion::sql::sqlparser::ast::LambdaFunctionParameter,
    >
{
    fn iter_mut_all(&mut self) -> Vec<&mut datafusion::sql::sqlparser::ast::Ident> {
        use datafusion::sql::sqlparser::ast::OneOrManyWithParens::{Many, One};
        match self {
            One(one) => vec![&mut one.name],
            Many(many) => many.iter_mut().map(|param| &mut param.name).collect(),
        }
    }
}

fn misused(entry: &Entry) -> Error {
    Error::invalid(format!("`{}` is not called like this", entry.name))
        .hint(format!("write {}", entry.signature))
}

fn name_of(function: &Function) -> Result<String> {
    let plain = function.name.0.len() == 1 && !function.uses_odbc_syntax;
    let ident = function.name.0.last().and_then(|part| part.as_ident()).filter(|_| plain);
    ident
        .map(|ident| ident.value.to_ascii_lowercase())
        .ok_or_else(|| Error::refused(format!("`{}`", function.name), "functions have plain names"))
}

/// FILTER and DISTINCT belong to aggregates, OVER to aggregates and window functions.
fn only_its_own(function: &Function, entry: &Entry) -> Result<()> {
    let of_rows = matches!(entry.how, How::Aggregate(_)) || entry.group == "Aggregates";
    let window = matches!(entry.how, How::Window(_));
    let said = match () {
        () if function.over.is_some() && !of_rows && !window => "OVER",
        () if function.filter.is_some() && !of_rows => "FILTER",
        () if !function.within_group.is_empty() && entry.name != "listagg" => "WITHIN GROUP",
        () if window && function.over.is_none() => {
            return Err(Error::invalid(format!("`{}` needs OVER (…)", entry.name)));
        }
        () => return Ok(()),
    };
    Err(Error::invalid(format!("`{}` does not take {said}", entry.name)))
}

fn plain_arguments(function: &mut Function) -> Result<Vec<Expr>> {
    let FunctionArguments::List(list) = &mut function.args else { return Ok(Vec::new()) };
    let taken = std::mem::take(&mut list.args).into_iter().map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Ok(expr),
        _ => Err(Error::invalid("`*` stands where a value is wanted")),
    });
    taken.collect()
}

/// Makes arrays of the first arguments, where they are JSON.
fn lists(function: &mut Function, count: usize) {
    let FunctionArguments::List(list) = &mut function.args else { return };
    for arg in list.args.iter_mut().take(count) {
        if let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = arg {
            *expr = listed(expr);
        }
    }
}

fn listed(expr: &mut Expr) -> Expr {
    build::call("to_array", vec![taken(expr)])
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

fn negated(expr: Expr) -> Expr {
    let expr = Box::new(Expr::Nested(Box::new(expr)));
    Expr::UnaryOp { op: UnaryOperator::Not, expr }
}

fn long_name(name: &str) -> &'static str {
    match name {
        "week_of_year" => "week",
        "yow" => "year_of_week",
        "day_of_month" => "day",
        "dow" => "day_of_week",
        _ => "day_of_year",
    }
}

/// TRY keeps its word for casts, and for what cannot fail anyway.
fn attempted(inner: Expr) -> Result<Expr> {
    match inner {
        Expr::Cast { expr, data_type, .. } => {
            Ok(build::cast_as(CastKind::TryCast, *expr, data_type))
        }
        Expr::CompoundIdentifier(_) | Expr::Value(_) => Ok(inner),
        _ => Err(Error::refused("`try` of this", "it takes a cast: try_cast (x AS type)")),
    }
}

/// Functions over arrays and maps.
fn array(name: &str, args: &mut [Expr]) -> Option<Result<Expr>> {
    Some(match (name, args) {
        ("transform", [list, lambda]) => higher("array_transform", list, taken(lambda)),
        ("filter", [list, lambda]) => higher("array_filter", list, taken(lambda)),
        ("any_match", [list, lambda]) => higher("array_any_match", list, taken(lambda)),
        ("none_match", [list, lambda]) => {
            higher("array_any_match", list, taken(lambda)).map(negated)
        }
        ("all_match", [list, lambda]) => {
            higher("array_any_match", list, opposite(taken(lambda))).map(negated)
        }
        ("contains", [network, address]) if string(network).is_some_and(|n| n.contains('/')) => {
            Ok(build::call("ip_in_network", vec![taken(network), taken(address)]))
        }
        ("contains", [list, wanted]) => {
            Ok(build::call("array_has", vec![listed(list), taken(wanted)]))
        }
        ("array_join", [list, rest @ ..]) => {
            let mut all = vec![listed(list)];
            all.extend(rest.iter_mut().map(taken));
            Ok(build::call("array_join", all))
        }
        ("slice", [_, start, _]) if !is_simple(start) => Err(Error::refused(
            "`slice` from a computed place",
            "its second argument is a number or a column",
        )),
        ("slice", [list, start, length]) => {
            let (start, length) = (taken(start), taken(length));
            let behind = binary(start.clone(), BinaryOperator::Plus, length);
            let end = binary(behind, BinaryOperator::Minus, build::number(1));
            Ok(build::call("array_slice", vec![listed(list), start, end]))
        }
        _ => return None,
    })
}

/// What may stand twice in a rewritten statement.
fn is_simple(expr: &Expr) -> bool {
    match expr {
        Expr::Value(_) | Expr::Identifier(_) | Expr::CompoundIdentifier(_) => true,
        Expr::UnaryOp { expr, .. } => matches!(**expr, Expr::Value(_)),
        _ => false,
    }
}

fn higher(engine: &str, list: &mut Expr, lambda: Expr) -> Result<Expr> {
    match lambda {
        Expr::Lambda(_) => Ok(build::call(engine, vec![listed(list), lambda])),
        _ => Err(Error::invalid("the second argument is a lambda: x -> …")),
    }
}

fn opposite(lambda: Expr) -> Expr {
    match lambda {
        Expr::Lambda(mut lambda) => {
            let body = std::mem::replace(lambda.body.as_mut(), build::null());
            *lambda.body = negated(body);
            Expr::Lambda(lambda)
        }
        other => other,
    }
}

/// Aggregates that the engine has under other names.
fn aggregate(name: &str, args: &mut [Expr], function: &mut Function) -> Option<Result<Expr>> {
    let made = match (name, args) {
        ("count_if", [condition]) => {
            let counted = build::either(taken(condition), build::number(1), None);
            build::function_of("count", vec![counted])
        }
        ("approx_distinct", [value] | [value, _]) => {
            let text = build::call("to_varchar", vec![taken(value)]);
            build::function_of("approx_distinct", vec![text])
        }
        ("arbitrary" | "any_value", [value]) => {
            let there = Expr::IsNotNull(Box::new(value.clone()));
            filtered(function, there);
            build::function_of("first_value", vec![taken(value)])
        }
        ("max_by" | "min_by", [value, by]) => {
            filtered(function, Expr::IsNotNull(Box::new(by.clone())));
            let mut made = build::function_of("first_value", vec![taken(value)]);
            ordered(&mut made, vec![order(taken(by), name == "min_by")]);
            made
        }
        ("approx_percentile", [value, shares]) => {
            return Some(percentiles(value, shares, function));
        }
        ("listagg", [value, rest @ ..]) => {
            let separator = rest.first_mut().map_or_else(|| build::text(""), taken);
            let text = build::call("to_varchar", vec![taken(value)]);
            let mut made = build::function_of("string_agg", vec![text, separator]);
            ordered(&mut made, std::mem::take(&mut function.within_group));
            made
        }
        _ => return None,
    };
    Some(Ok(behind(made, function)))
}

/// Takes over what stood behind the call: FILTER, OVER, DISTINCT.
fn behind(mut made: Function, function: &mut Function) -> Expr {
    made.filter = function.filter.take();
    made.over = function.over.take();
    if let (FunctionArguments::List(new), FunctionArguments::List(old)) =
        (&mut made.args, &mut function.args)
    {
        new.duplicate_treatment = old.duplicate_treatment.take();
    }
    Expr::Function(made)
}

fn filtered(function: &mut Function, condition: Expr) {
    let both = match function.filter.take() {
        Some(filter) => binary(Expr::Nested(filter), BinaryOperator::And, condition),
        None => condition,
    };
    function.filter = Some(Box::new(both));
}

fn ordered(function: &mut Function, items: Vec<OrderByExpr>) {
    if let FunctionArguments::List(FunctionArgumentList { clauses, .. }) = &mut function.args
        && !items.is_empty()
    {
        clauses.push(FunctionArgumentClause::OrderBy(items));
    }
}

fn order(expr: Expr, ascending: bool) -> OrderByExpr {
    let options = OrderByOptions { asc: Some(ascending), nulls_first: Some(false) };
    OrderByExpr { expr, options, with_fill: None }
}

/// One share or an array of them.
fn percentiles(value: &mut Expr, shares: &mut Expr, function: &mut Function) -> Result<Expr> {
    let value = build::cast(taken(value), DataType::DoublePrecision);
    let one = |share: Expr| {
        let mut made = build::function_of("approx_percentile_cont", vec![share]);
        made.within_group = vec![order(value.clone(), true)];
        made.filter = function.filter.clone();
        made.over = function.over.clone();
        Expr::Function(made)
    };
    match shares {
        Expr::Function(array) if array.name.to_string() == "\"make_array\"" => {
            let shares = plain_arguments(array)?;
            if shares.len() > SHARES_MAX {
                return Err(Error::limit("percentiles in one call", shares.len(), SHARES_MAX));
            }
            Ok(build::call("make_array", shares.into_iter().map(one).collect()))
        }
        share => Ok(one(taken(share))),
    }
}
