//! The AWS CLI as it is installed, against one server.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The command, and whom it talks to.
#[derive(Debug)]
pub(super) struct Cli {
    program: PathBuf,
    address: String,
    data: PathBuf,
}

/// What a command said.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) code: i32,
    pub(super) text: String,
}

impl Cli {
    /// The command for the server at `address`, with the key that lies in its directory.
    pub(super) fn new(program: &Path, address: &str, data: &Path) -> Self {
        let (program, data) = (program.to_owned(), data.to_owned());
        Self { program, address: address.to_owned(), data }
    }

    /// Runs the command; no setting of this machine reaches it.
    pub(super) fn say(&self, words: &[&str]) -> Result<Said> {
        let output = Command::new(&self.program)
            .args(words)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.data)
            .env("AWS_SHARED_CREDENTIALS_FILE", self.data.join("credentials"))
            .env("AWS_ENDPOINT_URL", format!("http://{}", self.address))
            .env("AWS_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_MAX_ATTEMPTS", "1")
            .env("AWS_PAGER", "")
            .output()
            .with_context(|| format!("cannot start `{}`", self.program.display()))?;
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        Ok(Said { code: output.status.code().unwrap_or(-1), text })
    }

    /// Runs a command that must succeed; its JSON, or null where it says nothing.
    pub(super) fn ask(&self, words: &[&str]) -> Result<Value> {
        let said = self.say(&[words, &["--output", "json"]].concat())?;
        if said.code != 0 {
            bail!("`aws {}` ended with {}: {}", words.join(" "), said.code, said.text.trim());
        }
        match said.text.trim() {
            "" => Ok(Value::Null),
            text => serde_json::from_str(text).context("the AWS CLI said what is no JSON"),
        }
    }
}
