//! Which crate may use which, and who alone owns a heavy dependency. The list is complete: a new
//! edge is a change to this file, and so a visible decision.

use std::fs;

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::Finding;
use crate::repository::Repository;

/// Our own crates and what each may use; every other edge is refused.
const EDGES: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("wire", &["model"]),
    ("formats", &["model"]),
    ("pattern", &["model"]),
    ("policy", &["model"]),
    ("crypt", &["model"]),
    ("journal", &["model", "crypt"]),
    ("cold", &["model"]),
    ("ledger", &["model"]),
    ("lake", &["model"]),
    ("query", &["model", "formats", "lake"]),
    (
        "engine",
        &["model", "formats", "pattern", "policy", "crypt", "journal", "cold", "ledger", "lake"],
    ),
    ("faces", &["model", "formats", "pattern", "policy", "wire", "engine"]),
    ("outside", &["model", "engine"]),
    ("pugmark", &["model", "formats", "ledger", "wire", "query", "engine", "faces", "outside"]),
];

/// Heavy dependencies and the only crates that may know about them.
const OWNERS: &[(&str, &[&str])] = &[
    ("anyhow", &["pugmark"]),
    ("aws-lc-rs", &["engine"]),
    ("clap", &["pugmark"]),
    ("flate2", &["formats"]),
    ("hyper", &["pugmark"]),
    ("hyper-util", &["pugmark"]),
    ("libdeflater", &["formats"]),
    ("object_store", &["outside"]),
    ("quick-xml", &["wire"]),
    ("reqwest", &["outside"]),
    ("ring", &["crypt", "wire", "ledger", "engine", "journal", "query"]),
    ("rustls", &["pugmark"]),
    ("rustls-pki-types", &["pugmark"]),
    ("tokio", &["engine", "query", "outside", "pugmark"]),
    ("tokio-rustls", &["pugmark"]),
    ("ureq", &["pugmark"]),
    ("zstd", &["lake", "journal"]),
];

/// Families of heavy dependencies: `arrow`, `arrow-array`, `datafusion-expr`, …
const FAMILIES: &[(&str, &[&str])] =
    &[("arrow", &["query"]), ("datafusion", &["query"]), ("parquet", &["query"])];

/// Checks the manifest of every package.
pub(super) fn check(repository: &Repository) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for package in repository.packages()? {
        let path = package.join("Cargo.toml");
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read `{}`", path.display()))?;
        let name = package.file_name().unwrap_or_default().to_string_lossy().into_owned();
        findings.extend(check_manifest(&repository.relative(&path), &name, &text)?);
    }
    Ok(findings)
}

fn check_manifest(path: &str, package: &str, text: &str) -> Result<Vec<Finding>> {
    let manifest: Table = text.parse().with_context(|| format!("cannot read `{path}` as TOML"))?;
    let mut findings = Vec::new();
    if !inherits_lints(&manifest) {
        let message = "the workspace's lints do not apply: add `[lints] workspace = true`";
        findings.push(Finding::new(path, 1, message));
    }
    if package == "xtask" {
        return Ok(findings);
    }
    for dependency in dependencies(&manifest) {
        let complaint = own_edge(package, &dependency).or_else(|| owned(package, &dependency));
        let line = line_of(text, &dependency.name);
        findings.extend(complaint.map(|message| Finding::new(path, line, message)));
    }
    Ok(findings)
}

fn inherits_lints(manifest: &Table) -> bool {
    let lints = manifest.get("lints").and_then(|lints| lints.get("workspace"));
    lints.and_then(Value::as_bool) == Some(true)
}

#[derive(Debug)]
struct Dependency {
    name: String,
    only_for_tests: bool,
}

/// Every dependency, also those of one target only, by the name of its package.
fn dependencies(manifest: &Table) -> Vec<Dependency> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let tables = targets.into_iter().flat_map(|t| t.values()).filter_map(Value::as_table);
    let mut found = Vec::new();
    for table in tables.chain([manifest]) {
        for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
            let listed = table.get(kind).and_then(Value::as_table).into_iter().flatten();
            found.extend(listed.map(|(key, value)| Dependency {
                name: value.get("package").and_then(Value::as_str).unwrap_or(key).to_owned(),
                only_for_tests: kind == "dev-dependencies",
            }));
        }
    }
    found
}

fn own_edge(package: &str, dependency: &Dependency) -> Option<String> {
    let used = dependency.name.strip_prefix("pugmark-")?;
    let Some((_, allowed)) = EDGES.iter().find(|(from, _)| *from == package) else {
        return Some(format!(
            "`{package}` stands on no floor yet: give it one in STYLE.md and tidy"
        ));
    };
    let message = format!(
        "`{package}` may not use `{used}`, only {}: move the code, or decide a new edge",
        list(allowed)
    );
    (!allowed.contains(&used)).then_some(message)
}

fn owned(package: &str, dependency: &Dependency) -> Option<String> {
    let name = dependency.name.as_str();
    let exact = OWNERS.iter().find(|(owned, _)| *owned == name);
    let family = FAMILIES.iter().find(|(owned, _)| name.starts_with(owned));
    let (_, owners) = exact.or(family)?;
    let message = format!("only {} may know `{name}`: ask it for what you need", list(owners));
    (!owners.contains(&package) && !dependency.only_for_tests).then_some(message)
}

fn list(names: &[&str]) -> String {
    match names {
        [] => "nothing of ours".to_owned(),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}

fn line_of(text: &str, name: &str) -> usize {
    text.lines().position(|line| line.starts_with(name)).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(package: &str, body: &str) -> Vec<String> {
        let text = format!("[package]\nname = \"x\"\n{body}\n[lints]\nworkspace = true\n");
        let found = check_manifest("Cargo.toml", package, &text).unwrap();
        found.into_iter().map(|f| f.message).collect()
    }

    #[test]
    fn allows_the_listed_edges() {
        let body = "[dependencies]\npugmark-model.workspace = true\nquick-xml.workspace = true\n";
        assert_eq!(messages("wire", body), [""; 0]);
    }

    #[test]
    fn refuses_an_edge_to_a_neighbour() {
        let found = messages("journal", "[dependencies]\npugmark-lake.workspace = true\n");
        assert!(found[0].contains("`journal` may not use `lake`"), "{found:?}");
    }

    #[test]
    fn refuses_an_edge_upward_also_in_tests_and_under_another_name() {
        let renamed =
            "[dev-dependencies]\nhouse = { package = \"pugmark-faces\", path = \"..\" }\n";
        let found = messages("engine", renamed);
        assert!(found[0].contains("`engine` may not use `faces`"), "{found:?}");
    }

    #[test]
    fn refuses_an_edge_for_one_target_only() {
        let body = "[target.'cfg(unix)'.dependencies]\npugmark-engine.workspace = true\n";
        assert!(messages("model", body)[0].contains("nothing of ours"));
    }

    #[test]
    fn refuses_a_crate_without_a_floor() {
        let found = messages("cellar", "[dependencies]\npugmark-model.workspace = true\n");
        assert!(found[0].contains("stands on no floor"), "{found:?}");
    }

    #[test]
    fn refuses_a_heavy_dependency_outside_its_owner() {
        for (package, name) in [("faces", "hyper"), ("engine", "zstd"), ("faces", "arrow-array")] {
            let found = messages(package, &format!("[dependencies]\n{name}.workspace = true\n"));
            assert!(found[0].contains(&format!("may know `{name}`")), "{found:?}");
        }
        assert_eq!(messages("lake", "[dependencies]\nzstd.workspace = true\n"), [""; 0]);
    }

    #[test]
    fn lets_tests_use_a_heavy_dependency() {
        assert_eq!(messages("faces", "[dev-dependencies]\nflate2.workspace = true\n"), [""; 0]);
    }

    #[test]
    fn refuses_a_manifest_without_the_lints() {
        let found = check_manifest("Cargo.toml", "xtask", "[package]\nname = \"x\"\n").unwrap();
        assert!(found[0].message.contains("lints do not apply"), "{found:?}");
    }
}
