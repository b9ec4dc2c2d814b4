//! `cargo xtask attacks`: commits nine attacks on the archive of a live server's trail, and prints
//! what AWS's `validate-logs` says of each, and what `pugmark verify` says.

mod archive;
mod attack;
mod cli;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::python::Environment;
use crate::repository::Repository;
use archive::{Archive, BUCKET, Tools, copy};
use attack::{ALL, Attack, NONE};
use cli::Said;

/// Digests before the attacks, half of them before the moment that history is rewritten from.
const DIGESTS: usize = 6;

/// How often digests are made while an archive grows, and while nothing is to be made.
const QUICK: &str = "5s";
const NEVER: &str = "24h";

/// Commit nine attacks on a trail's archive, and see who notices.
#[derive(Args)]
pub(crate) struct Options {
    /// Attack this binary [default: target/release/pugmark]
    #[arg(long)]
    binary: Option<PathBuf>,
    /// This AWS CLI [default: that of the SDK tests, which is made when it is not there]
    #[arg(long)]
    aws: Option<PathBuf>,
    /// Keep the directories here, and show what both said in full
    #[arg(long)]
    keep: Option<PathBuf>,
}

/// What both said of an attack.
struct Outcome {
    attack: Attack,
    aws: Said,
    /// First word and exit code of `pugmark verify`.
    word: String,
    code: i32,
    /// Whether it named every object that is not what it was.
    names_all: bool,
}

pub(crate) fn command(repository: &Repository, options: &Options) -> Result<ExitCode> {
    let tools = tools(repository, options)?;
    let scratch = tempfile::tempdir()?;
    let room = options.keep.clone().unwrap_or_else(|| scratch.path().to_owned());
    fs::create_dir_all(&room)?;
    let (early, base) = (room.join("early"), room.join("base"));
    eprintln!("an archive of {DIGESTS} digests grows");
    grow(&tools, &early, &base)?;
    let mut outcomes = Vec::new();
    for (number, attack) in [NONE].into_iter().chain(ALL).enumerate() {
        eprintln!("{}", attack.name);
        let data = room.join(format!("attack-{number}"));
        copy(if attack.is_of_holder { &early } else { &base }, &data)?;
        let outcome = commit(&tools, attack, &data).with_context(|| attack.name.to_owned())?;
        if options.keep.is_some() {
            eprintln!("{}", outcome.aws.text.trim());
        }
        outcomes.push(outcome);
    }
    Ok(print(&outcomes))
}

fn tools(repository: &Repository, options: &Options) -> Result<Tools> {
    let binary = options.binary.clone();
    let binary = binary.unwrap_or_else(|| repository.target().join("release").join("pugmark"));
    if !binary.is_file() {
        bail!(
            "there is no binary `{}`; run `cargo build --release`, or name another with --binary",
            binary.display()
        );
    }
    let of_tests = || Ok(Environment::prepare(repository)?.python().with_file_name("aws"));
    let aws = options.aws.clone().map_or_else(of_tests, anyhow::Ok)?;
    Ok(Tools { binary: binary.canonicalize()?, aws: aws.canonicalize()? })
}

/// An archive in two lives, so that there is an earlier moment to go back to.
fn grow(tools: &Tools, early: &Path, base: &Path) -> Result<()> {
    let archive = Archive::open(tools, early, QUICK)?;
    archive.found()?;
    archive.live_until(DIGESTS / 2)?;
    drop(archive);
    copy(early, base)?;
    Archive::open(tools, base, QUICK)?.live_until(DIGESTS)
}

fn commit(tools: &Tools, attack: Attack, data: &Path) -> Result<Outcome> {
    let pace = if attack.makes_digests { QUICK } else { NEVER };
    let archive = Archive::open(tools, data, pace)?;
    let keys = (attack.commit)(&archive)?;
    let aws = archive.validate()?;
    drop(archive);
    let output = Command::new(&tools.binary).arg("verify").arg(data).args(["-o", "json"]).output();
    let output = output.context("cannot start `pugmark verify`")?;
    let report: Value = serde_json::from_slice(&output.stdout).with_context(|| {
        format!("`pugmark verify` said: {}", String::from_utf8_lossy(&output.stderr))
    })?;
    let flaws = report.get("flaws").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let names = |key: &String| {
        flaws.iter().any(|flaw| {
            flaw.get("file").is_some_and(|file| *file == format!("s3://{BUCKET}/{key}"))
        })
    };
    Ok(Outcome {
        attack,
        aws,
        word: report.get("verdict").and_then(Value::as_str).unwrap_or("?").to_owned(),
        code: output.status.code().unwrap_or(-1),
        names_all: keys.iter().all(names),
    })
}

impl Outcome {
    /// Whether it came as it must.
    fn is_kept(&self) -> bool {
        let code = i32::from(self.attack.verdict != "PROVED");
        self.word == self.attack.verdict && self.code == code && self.names_all
    }

    fn is_caught(&self) -> bool {
        self.word != "PROVED" && self.code == 1
    }

    /// Exit code and summary of `validate-logs`.
    fn of_aws(&self) -> String {
        let lines = self.aws.text.lines().map(str::trim);
        let told = lines.filter(|line| line.contains(" valid") || line.starts_with("No digests"));
        let told: Vec<&str> = told.filter(|line| !line.contains('\t')).collect();
        format!("{} {}", self.aws.code, told.join(", "))
    }
}

fn print(outcomes: &[Outcome]) -> ExitCode {
    println!(
        "| attack | validate-logs | verify | names it | as it must be |\n|---|---|---|---|---|"
    );
    for outcome in outcomes {
        let yes = |is_so: bool| if is_so { "yes" } else { "NO" };
        println!(
            "| {} | {} | {} {} | {} | {} |",
            outcome.attack.name,
            outcome.of_aws(),
            outcome.code,
            outcome.word,
            yes(outcome.names_all),
            yes(outcome.is_kept()),
        );
    }
    let attacks = outcomes.iter().skip(1);
    let (caught, all) = (attacks.clone().filter(|it| it.is_caught()).count(), attacks.count());
    let by_aws = outcomes.iter().skip(1).filter(|it| it.aws.code != 0).count();
    println!("\ncaught: {caught} of {all} by `pugmark verify`, {by_aws} by `validate-logs`");
    println!("the rewriting of history by whoever has files and keys waits for a witness outside");
    match outcomes.iter().all(Outcome::is_kept) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(attack: Attack, word: &str, code: i32, names_all: bool) -> Outcome {
        let aws = Said { code: 0, text: String::new() };
        Outcome { attack, aws, word: word.to_owned(), code, names_all }
    }

    #[test]
    fn an_attack_is_caught_only_with_the_right_word_code_and_object() {
        let [rewritten, ..] = ALL;
        assert!(outcome(rewritten, "TAMPERED", 1, true).is_kept());
        assert!(!outcome(rewritten, "TAMPERED", 1, false).is_kept());
        assert!(!outcome(rewritten, "GAP", 1, true).is_kept());
        assert!(!outcome(rewritten, "UNKNOWN", 6, true).is_caught());
        assert!(outcome(NONE, "PROVED", 0, true).is_kept());
        assert!(!outcome(NONE, "PROVED", 0, true).is_caught());
    }

    #[test]
    fn the_summary_of_validate_logs_is_told_without_its_findings() {
        let text = "Results found\n\n5/6 digest files valid, 1/6 digest files INVALID\n\
                    Log file\ts3://b/k\tINVALID: not found\n";
        let mut said = outcome(NONE, "GAP", 1, true);
        said.aws = Said { code: 1, text: text.to_owned() };
        assert_eq!(said.of_aws(), "1 5/6 digest files valid, 1/6 digest files INVALID");
    }
}
