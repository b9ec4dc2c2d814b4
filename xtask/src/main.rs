//! The project's own tools: `cargo xtask tidy|test|new-op|bench|crashlab|attacks|fuzz`; no others.

mod attacks;
mod bench;
mod cargo;
mod client;
mod clock;
mod crashlab;
mod fuzz;
mod machine;
mod memory;
mod new_op;
mod python;
mod random;
mod repository;
mod server;
mod statistics;
mod test;
mod tidy;
mod tool;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use repository::Repository;

/// The project's own tools.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Check the house rules: edges between crates, sizes, docs, words, formats
    Tidy,
    /// Set up what the tests need, then check and run everything
    Test(test::Options),
    /// Write the skeleton of one more operation, and its line in the face's table
    NewOp(new_op::Options),
    /// Measure the release binary against the promised figures
    Bench(bench::Options),
    /// Kill the server, cut its power, break its disk; then look for what it acknowledged
    Crashlab(crashlab::Options),
    /// Commit nine attacks on a trail's archive, and see who notices
    Attacks(attacks::Options),
    /// Give strange bytes to every parser that reads strangers' bytes
    Fuzz(fuzz::Options),
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<ExitCode> {
    let repository = Repository::find()?;
    match task {
        Task::Tidy => tidy::command(&repository),
        Task::Test(options) => test::command(&repository, &options),
        Task::NewOp(options) => new_op::command(&repository, &options),
        Task::Bench(options) => bench::command(&repository, &options),
        Task::Crashlab(options) => crashlab::command(&repository, &options),
        Task::Attacks(options) => attacks::command(&repository, &options),
        Task::Fuzz(options) => fuzz::command(&repository, &options),
    }
}
