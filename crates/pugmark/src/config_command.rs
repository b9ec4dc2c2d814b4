//! `pugmark config check` and `pugmark config print`.

use crate::cli::ConfigCommand;
use crate::complaint::{Complaint, Exit};
use crate::config::{File, Settings};
use crate::output;
use crate::serve::Tls;
use crate::talk::say;

/// Checks or prints settings that were validated on the way here.
pub(crate) fn run(command: &ConfigCommand, settings: &Settings) -> Result<Exit, Complaint> {
    match command {
        ConfigCommand::Check(_) => {
            if let Some(files) = &settings.tls {
                Tls::read(files)?;
            }
            settings.outside_buckets.open()?;
            say("the configuration is good");
        }
        ConfigCommand::Print(_) => output::print(File::print(settings)?.as_bytes())?,
    }
    Ok(Exit::Ok)
}
