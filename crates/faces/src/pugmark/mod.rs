//! Our own small face: what AWS has no operation for. The command line uses it when a server holds
//! the directory, and the console when a screen needs it; it is recorded like any other.

mod import;
mod owner;

use crate::service::service;

service! {
    name: "pugmark",
    source: "pugmark.amazonaws.com",
    signing_names: ["pugmark"],
    protocol: AwsJson11 { target: "Pugmark_20261101" },
    open: [],
    // alphabetical, for the foolish consistency
    read   DescribeImport = describe_import,
    search Entity         = entity,
    search Explain        = explain,
    read   Extent         = extent,
    search Facets         = facets,
    search Histogram      = histogram,
    read   ListImports    = list_imports,
    query  Query          = query,
    act    Reset          = reset,
    search SearchEvents   = search_events,
    search Session        = session,
    act    StartImport    = start_import,
    read   Status         = status,
    search Unused         = unused,
}
