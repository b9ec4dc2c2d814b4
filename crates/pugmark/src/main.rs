//! The binary: command line, configuration, listener. It assembles, listens and stops cleanly;
//! what is true of records is decided below it.

mod ask;
mod capacity;
mod cli;
mod clock;
mod complaint;
mod config;
mod config_command;
mod credentials;
mod demo;
mod directory;
mod doctor;
mod doctor_command;
mod endpoint;
mod entity_command;
mod env_command;
mod event_command;
mod events_command;
mod explain_command;
mod export_command;
mod face;
mod histogram_command;
mod import_command;
mod interrupt;
mod interval;
mod key_file;
mod kind;
mod logging;
mod network;
mod open_command;
mod open_files;
mod output;
mod overview;
mod pinned;
mod private_file;
mod progress;
mod question;
mod reach;
mod reading;
mod remedy;
mod remote;
mod serve;
mod session_command;
mod sighting;
mod spelling;
mod sql_command;
mod sql_prompt;
mod standing;
mod status_command;
mod talk;
mod top_command;
mod tune;
mod unused_command;
mod up_command;
mod verify_command;
mod version_command;
mod when;
mod who_command;
mod worker_command;

use clap::Parser;
use cli::{Cli, Command, Common, ConfigCommand};
use complaint::{Complaint, Exit};
use config::{File, Settings};
use reach::Reach;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let exit = run(&cli).unwrap_or_else(|complaint| {
        talk::whisper(&complaint);
        complaint.exit()
    });
    ExitCode::from(exit as u8)
}

fn run(cli: &Cli) -> Result<Exit, Complaint> {
    let settings = settings(cli)?;
    logging::start(cli.common.log.as_deref(), &settings.log)?;
    open_files::raise();
    let data = &settings.data;
    let asked = cli.common.answer.output;
    match &cli.command {
        Command::Up(args) => up_command::run(args, &settings),
        Command::Env => env_command::run(&settings),
        Command::Config(command) => config_command::run(command, &settings),
        Command::Verify(args) => {
            let root = key_file::root_key(&settings)?;
            verify_command::run(args.directory.as_deref().unwrap_or(data), root.as_ref(), asked)
        }
        Command::Doctor => {
            // What it says of everything else does not depend on the key.
            let root = key_file::root_key(&settings).ok().flatten();
            doctor_command::run(data, root.as_ref(), asked)
        }
        Command::Version => version_command::run(asked),
        Command::Worker(args) => worker_command::run(args),
        Command::Open(args) => open_command::run(args, asked),
        Command::Import(args) => {
            let reach = Reach::open(data, engine_settings(&settings)?)?;
            closing(reach, |reach| import_command::run(reach, args, asked))
        }
        Command::Ask(question) => {
            let reach = Reach::existing(data, engine_settings(&settings)?)?;
            closing(reach, |reach| ask::ask(reach, question, cli.common.answer))
        }
        Command::Export(args) => {
            let reach = Reach::existing(data, engine_settings(&settings)?)?;
            closing(reach, |reach| export_command::run(reach, args))
        }
        Command::Status => {
            let reach = Reach::existing(data, engine_settings(&settings)?)?;
            closing(reach, |reach| status_command::run(reach, data, asked))
        }
    }
}

/// Asks, then leaves in order, whatever the answer was.
fn closing(
    reach: Reach,
    ask: impl FnOnce(&Reach) -> Result<Exit, Complaint>,
) -> Result<Exit, Complaint> {
    let answer = ask(&reach);
    reach.close();
    answer
}

/// Flags over environment over file over defaults.
fn settings(cli: &Cli) -> Result<Settings, Complaint> {
    let Common { data, config, key_file, .. } = cli.common.clone();
    let file = match config.or_else(config::default_file) {
        Some(path) => File::read(&path)?,
        None => File::default(),
    };
    let flags = match &cli.command {
        Command::Up(args) => args.settings.clone(),
        Command::Config(ConfigCommand::Check(args) | ConfigCommand::Print(args)) => {
            args.settings.clone()
        }
        _ => File::default(),
    };
    let log = cli.common.log.clone();
    let flags = File { data, key_file, log, ..flags };
    Settings::new(flags.over(file), default_data(&cli.command))
}

/// The story has a directory of its own, beside nobody's records.
fn default_data(command: &Command) -> Option<PathBuf> {
    let directory = config::default_directory()?;
    match command {
        Command::Up(args) if args.demo => Some(directory.join("demo")),
        _ => Some(directory),
    }
}

/// How commands other than `up` open a directory.
fn engine_settings(settings: &Settings) -> Result<engine::Settings, Complaint> {
    Ok(engine::Settings {
        account: settings.account.clone(),
        dev: settings.dev,
        root_key: key_file::root_key(settings)?,
        encrypt: settings.encrypt,
        worker: worker_command::itself(),
        ..engine::Settings::default()
    })
}
