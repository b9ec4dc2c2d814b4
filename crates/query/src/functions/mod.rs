//! The functions of Lake's SQL: one table of all of them, and those that the engine lacks.

mod adapter;
pub(crate) mod clock;
pub(crate) mod json;
mod net;
mod patterns;
mod regexps;
pub(crate) mod scalar;
mod table;
mod text;
mod times;
mod values;

use std::sync::{Arc, LazyLock};

use datafusion::execution::SessionStateDefaults;
use datafusion::functions_nested;
use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, WindowUDF};

use crate::error::{Error, ErrorKind};

pub(crate) use table::{Entry, GROUPS, How, TABLE};
pub(crate) use times::{Stretch, stretch_of};

/// Functions of the engine that rewritten statements use under names of their own.
const HELPERS: &[&str] = &[
    "array_element",
    "array_has",
    "array_slice",
    "btrim",
    "coalesce",
    "make_array",
    "substr",
    "unnest",
];

/// The entry of a function, by its name in any case.
pub(crate) fn find(name: &str) -> Option<&'static Entry> {
    let name = name.to_ascii_lowercase();
    TABLE.iter().find(|entry| entry.name == name)
}

/// What to say of a function that is not in the table.
pub(crate) fn unknown(name: &str) -> Error {
    let known = TABLE.iter().filter(|entry| !matches!(entry.how, How::Refused(_)));
    let names = known.map(|entry| entry.name);
    Error::unknown(ErrorKind::UnknownFunction, "function", name, names)
}

/// What the engine calls the functions of the table.
fn engine_names() -> Vec<&'static str> {
    let named = TABLE.iter().filter_map(|entry| match entry.how {
        How::Engine(name) | How::Lists(name, _) | How::Aggregate(name) | How::Window(name) => {
            Some(name)
        }
        How::Own | How::Written | How::Refused(_) => None,
    });
    named.chain(HELPERS.iter().copied()).collect()
}

/// Everything that can be called, put together once.
pub(crate) static ALL: LazyLock<All> = LazyLock::new(|| All {
    scalars: scalars(),
    aggregates: aggregates(),
    windows: windows(),
    higher_order: higher_order(),
});

/// The functions of every statement, by kind.
#[derive(Debug)]
pub(crate) struct All {
    pub(crate) scalars: Vec<Arc<ScalarUDF>>,
    pub(crate) aggregates: Vec<Arc<AggregateUDF>>,
    pub(crate) windows: Vec<Arc<WindowUDF>>,
    pub(crate) higher_order: Vec<Arc<HigherOrderUDF>>,
}

/// Our own scalar functions and those of the engine's that the table names: nothing else can be
/// called.
fn scalars() -> Vec<Arc<ScalarUDF>> {
    let wanted = engine_names();
    let engine = SessionStateDefaults::default_scalar_functions();
    let engine = engine.into_iter().filter(|function| wanted.contains(&function.name()));
    let own = [json::JSON, text::TEXT, times::TIMES, regexps::REGEXPS, net::NET];
    let own = own.into_iter().flatten().map(adapter::Adapter::new).map(ScalarUDF::new_from_impl);
    engine.chain(own.chain(values::all()).map(Arc::new)).collect()
}

/// The engine's aggregates that the table names.
fn aggregates() -> Vec<Arc<AggregateUDF>> {
    let mut wanted = engine_names();
    wanted.extend([
        "first_value",
        "count",
        "approx_distinct",
        "approx_percentile_cont",
        "string_agg",
    ]);
    let all = SessionStateDefaults::default_aggregate_functions();
    all.into_iter().filter(|function| wanted.contains(&function.name())).collect()
}

/// The engine's window functions that the table names.
fn windows() -> Vec<Arc<WindowUDF>> {
    let wanted = engine_names();
    let all = SessionStateDefaults::default_window_functions();
    all.into_iter().filter(|function| wanted.contains(&function.name())).collect()
}

/// The engine's functions that take lambdas.
fn higher_order() -> Vec<Arc<HigherOrderUDF>> {
    vec![
        functions_nested::array_transform::array_transform_higher_order_function(),
        functions_nested::array_filter::array_filter_higher_order_function(),
        functions_nested::array_any_match::array_any_match_higher_order_function(),
    ]
}
