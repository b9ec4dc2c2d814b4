//! `cargo xtask new-op SERVICE OPERATION`: one more operation is one new file and one line. The
//! file begins as a sketch of AWS's own shapes, read from the botocore package of the test
//! environment; from then on it belongs to us.

mod model;
mod name;
mod skeleton;
mod table;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::python::Environment;
use crate::repository::Repository;
use model::Model;
use skeleton::Skeleton;

/// Write the skeleton of one more operation, and its line in the face's table.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The service as botocore names it: cloudtrail, sts, ec2, …
    service: String,
    /// The operation as AWS spells it: StopLogging
    operation: String,
    #[command(flatten)]
    choice: Choice,
}

/// What the handler is given, where the verb does not say it rightly.
#[derive(Debug, Default, Args)]
#[group(multiple = false)]
struct Choice {
    /// It answers at once from a snapshot
    #[arg(long)]
    read: bool,
    /// It answers from a snapshot and may take a while
    #[arg(long)]
    search: bool,
    /// It changes something that we keep
    #[arg(long)]
    write: bool,
    /// It does something that is no change of what we keep
    #[arg(long)]
    act: bool,
}

/// What an operation's handler is given; the table in the face says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Search,
    Write,
    Act,
}

impl Options {
    fn access(&self) -> Access {
        match self.choice {
            Choice { read: true, .. } => Access::Read,
            Choice { search: true, .. } => Access::Search,
            Choice { write: true, .. } => Access::Write,
            Choice { act: true, .. } => Access::Act,
            Choice { .. } => Access::guess(&self.operation),
        }
    }
}

impl Access {
    const ALL: [Self; 4] = [Self::Read, Self::Search, Self::Write, Self::Act];

    /// What AWS's verbs usually mean; the options overrule it.
    fn guess(operation: &str) -> Self {
        let begins = |verbs: &[&str]| verbs.iter().any(|verb| operation.starts_with(verb));
        match operation {
            _ if begins(&["Lookup", "Search"]) => Self::Search,
            _ if begins(&["BatchGet", "Describe", "Get", "List", "Test"]) => Self::Read,
            _ => Self::Write,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Search => "search",
            Self::Write => "write",
            Self::Act => "act",
        }
    }
}

/// `cargo xtask new-op`.
pub(crate) fn command(repository: &Repository, options: &Options) -> Result<ExitCode> {
    if !name::is_operation(&options.operation) {
        bail!(
            "`{}` is not an operation's name: spell it as AWS does, `StopLogging`",
            options.operation
        );
    }
    let face = repository.path("crates/faces/src").join(name::snake(&options.service));
    let file = face.join(format!("{}.rs", name::snake(&options.operation)));
    if file.exists() {
        bail!("`{}` exists already; nothing was written", repository.relative(&file));
    }
    let table = face.join("mod.rs");
    let rows = read_table(repository, &table, &options.service)?;
    let changed = table::insert(&rows, options.access(), &options.operation)?;
    let model = find_model(repository, &options.service)?;
    let skeleton = Skeleton::new(&options.service, &options.operation, options.access());
    fs::write(&file, skeleton.text(model.as_ref())?)
        .with_context(|| format!("cannot write `{}`", file.display()))?;
    fs::write(&table, changed).with_context(|| format!("cannot write `{}`", table.display()))?;
    println!("wrote {}", repository.relative(&file));
    println!("added one line to {}", repository.relative(&table));
    println!("next: keep only the members you honour, write `handle`; docs/adding-an-operation.md");
    Ok(ExitCode::SUCCESS)
}

fn read_table(repository: &Repository, table: &Path, service: &str) -> Result<String> {
    fs::read_to_string(table).with_context(|| {
        let path = repository.relative(table);
        format!("there is no face for `{service}` yet: make `{path}` first, with its table")
    })
}

/// AWS's model of the service, or nothing where the test environment was not made yet.
fn find_model(repository: &Repository, service: &str) -> Result<Option<Model>> {
    let Some(botocore) = Environment::of(repository).package("botocore") else {
        eprintln!("no botocore here: the shapes are left empty (`cargo xtask test --only python`)");
        return Ok(None);
    };
    Model::find(&botocore.join("data").join(service)).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(operation: &str) -> Options {
        let (service, operation) = ("sts".to_owned(), operation.to_owned());
        Options { service, operation, choice: Choice::default() }
    }

    #[test]
    fn guesses_from_the_verb_unless_told() {
        assert_eq!(options("LookupEvents").access(), Access::Search);
        assert_eq!(options("GetTrail").access(), Access::Read);
        assert_eq!(options("StopLogging").access(), Access::Write);
        let told = Choice { act: true, ..Choice::default() };
        let session = Options { choice: told, ..options("GetSessionToken") };
        assert_eq!(session.access(), Access::Act);
    }

    fn house_with_face(rows: &str) -> (tempfile::TempDir, Repository) {
        let directory = tempfile::tempdir().unwrap();
        let face = directory.path().join("crates/faces/src/sts");
        fs::create_dir_all(&face).unwrap();
        fs::write(face.join("mod.rs"), rows).unwrap();
        let repository = Repository::at(directory.path());
        (directory, repository)
    }

    #[test]
    fn refuses_to_write_over_an_operation() {
        let (keep, repository) = house_with_face("service! {\n}\n");
        fs::write(keep.path().join("crates/faces/src/sts/stop_x.rs"), "ours").unwrap();
        let error = command(&repository, &options("StopX")).unwrap_err();
        assert!(error.to_string().contains("exists already"), "{error}");
    }

    #[test]
    fn says_what_to_make_first_where_there_is_no_face() {
        let directory = tempfile::tempdir().unwrap();
        let error = command(&Repository::at(directory.path()), &options("StopX")).unwrap_err();
        assert!(error.to_string().contains("no face for `sts`"), "{error}");
    }

    #[test]
    fn refuses_a_name_that_is_not_an_operations() {
        let (_keep, repository) = house_with_face("service! {\n}\n");
        for bad in ["stop-logging", "", "../Stop", "stopLogging"] {
            assert!(command(&repository, &options(bad)).is_err(), "{bad}");
        }
    }
}
