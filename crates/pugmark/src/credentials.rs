//! The key in the data directory: the file `credentials`, in the format of AWS's tools.

use crate::complaint::Complaint;
use crate::private_file;
use crate::remedy;
use std::io;
use std::path::{Path, PathBuf};

/// The region our own tools sign for, and that `pugmark env` exports.
pub(crate) const REGION: &str = "us-east-1";

/// An access key with its secret. There is no `Debug`: it would show the secret.
pub(crate) struct Credentials {
    /// `AKIA…`
    pub(crate) id: String,
    /// What it signs with.
    pub(crate) secret: String,
}

/// Where the key of a data directory lies.
pub(crate) fn path(data: &Path) -> PathBuf {
    data.join("credentials")
}

impl Credentials {
    /// Writes the key so that only the owner may read it.
    pub(crate) fn write(&self, data: &Path) -> io::Result<()> {
        private_file::replace(&path(data), self.file().as_bytes())
    }

    /// Reads the key; `None` where there is no such file.
    pub(crate) fn read(data: &Path) -> Result<Option<Self>, Complaint> {
        let path = path(data);
        let complain = |cause: String, next: Option<&str>| {
            let tried = format!("reading the key in `{}`", path.display());
            let mend = "mend the file, or move it away and restart the server";
            Complaint::failed(cause, tried, next.unwrap_or(mend))
        };
        let unreadable = |error: io::Error| {
            complain(format!("cannot read the key: {error}"), remedy::of(&error))
        };
        let Some(text) = private_file::read(&path).map_err(unreadable)? else {
            return Ok(None);
        };
        let keyless = || complain("the file holds no key in profile [default]".to_owned(), None);
        Self::parse(&text).map(Some).ok_or_else(keyless)
    }

    fn file(&self) -> String {
        format!(
            "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\nregion = {REGION}\n",
            self.id, self.secret
        )
    }

    fn parse(text: &str) -> Option<Self> {
        let profile = text
            .lines()
            .map(str::trim)
            .skip_while(|line| *line != "[default]")
            .skip(1)
            .take_while(|line| !line.starts_with('['));
        let (mut id, mut secret) = (None, None);
        for line in profile {
            match line.split_once('=').map(|(key, value)| (key.trim(), value.trim())) {
                Some(("aws_access_key_id", value)) => id = Some(value.to_owned()),
                Some(("aws_secret_access_key", value)) => secret = Some(value.to_owned()),
                _ => {}
            }
        }
        Some(Self { id: id?, secret: secret? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let key = Credentials { id: "AKIAEXAMPLE".to_owned(), secret: "a/b+c=".to_owned() };
        let back = Credentials::parse(&key.file()).unwrap();
        assert_eq!((back.id, back.secret), (key.id, key.secret));
    }

    #[test]
    fn other_profiles_are_not_ours() {
        let text = "[other]\naws_access_key_id=x\naws_secret_access_key=y\n[default]\n";
        assert!(Credentials::parse(text).is_none());
        assert!(Credentials::parse("").is_none());
    }
}
