//! Pieces of syntax trees, made rather than read.

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    CaseWhen, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, ObjectName, Select, SelectFlavor, SelectItem,
    TableAlias, TableFactor, TableWithJoins, TimezoneInfo, Value,
};

/// A name as the engine has it: quoted, so that it is taken letter by letter.
pub(super) fn ident(name: impl Into<String>) -> Ident {
    Ident::with_quote('"', name)
}

pub(super) fn name(name: impl Into<String>) -> Expr {
    Expr::Identifier(ident(name))
}

/// The column `column` of the relation with this id.
pub(super) fn column(relation: &str, column: &str) -> Expr {
    Expr::CompoundIdentifier(vec![ident(relation), ident(column)])
}

pub(super) fn text(text: impl Into<String>) -> Expr {
    Expr::value(Value::SingleQuotedString(text.into()))
}

pub(super) fn number(number: i64) -> Expr {
    Expr::value(Value::Number(number.to_string(), false))
}

pub(super) fn boolean(value: bool) -> Expr {
    Expr::value(Value::Boolean(value))
}

pub(super) fn null() -> Expr {
    Expr::value(Value::Null)
}

/// A moment as the engine has it, in milliseconds: `text` must read as one.
pub(super) fn moment(text_of_it: impl Into<String>) -> Expr {
    cast(text(text_of_it), DataType::Timestamp(Some(3), TimezoneInfo::None))
}

pub(super) fn cast(expr: Expr, data_type: DataType) -> Expr {
    cast_as(CastKind::Cast, expr, data_type)
}

pub(super) fn cast_as(kind: CastKind, expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind, expr: Box::new(expr), data_type, array: false, format: None }
}

pub(super) fn call(function: &str, args: Vec<Expr>) -> Expr {
    Expr::Function(function_of(function, args))
}

pub(super) fn function_of(function: &str, args: Vec<Expr>) -> Function {
    let args = args.into_iter().map(|e| FunctionArg::Unnamed(FunctionArgExpr::Expr(e)));
    Function {
        name: ObjectName::from(vec![ident(function)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: args.collect(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    }
}

/// `CASE WHEN condition THEN yes ELSE no END`.
pub(super) fn either(condition: Expr, yes: Expr, no: Option<Expr>) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition, result: yes }],
        else_result: no.map(Box::new),
    }
}

/// The registered table `table` under the id of a relation.
pub(super) fn table(table: &str, relation: &str) -> TableFactor {
    TableFactor::Table {
        name: ObjectName::from(vec![ident(table)]),
        alias: Some(alias(relation)),
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    }
}

pub(super) fn alias(relation: &str) -> TableAlias {
    TableAlias { explicit: true, name: ident(relation), columns: Vec::new(), at: None }
}

/// `SELECT projection FROM from`.
pub(super) fn select(projection: Vec<SelectItem>, from: Vec<TableWithJoins>) -> Select {
    use datafusion::sql::sqlparser::ast::GroupByExpr;
    Select {
        select_token: AttachedToken::empty(),
        optimizer_hints: Vec::new(),
        distinct: None,
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection,
        exclude: None,
        into: None,
        from,
        lateral_views: Vec::new(),
        prewhere: None,
        selection: None,
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: None,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    }
}
