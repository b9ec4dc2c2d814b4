//! The exceptions, all in one place: files that are one long table and so may be long.

/// Files whose length and line length are those of a table, and why.
pub(super) const TABLE_FILES: &[(&str, &str)] = &[
    ("xtask/src/bench/kinds.rs", "one row per kind of generated record"),
    ("crates/formats/src/cloudtrail/resource_table.rs", "the published table of resources"),
    ("crates/query/src/functions/table.rs", "one row per function of Lake's SQL"),
];

/// True for a file that is one long table.
pub(super) fn is_table(path: &str) -> bool {
    TABLE_FILES.iter().any(|(exempt, _)| *exempt == path)
}
