//! The key that a bucket's owner gave us: where it is found, and what it is.
//!
//! It is read anew for each file that is put, so that it can be changed without a restart.

use crate::limits::{CREDENTIALS_BYTES_MAX, SECRET_BYTES_MAX, TEXT_BYTES_MAX};
use crate::table::Table;
use engine::Secret;
use serde::Deserialize;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The section that is read where none is named.
const PROFILE: &str = "default";

/// Where a key is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    File { path: PathBuf, profile: String },
    Variables { id: String, secret: String, token: Option<String> },
}

/// A key.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    pub(crate) id: String,
    pub(crate) secret: Secret,
    pub(crate) token: Option<Secret>,
}

impl Source {
    /// Exactly one of a file and variables.
    pub(crate) fn of(table: &Table) -> Result<Self, String> {
        let Table { credentials_file, profile, .. } = table;
        let (id, secret) = (&table.access_key_id_env, &table.secret_access_key_env);
        let token = &table.session_token_env;
        for text in [profile, id, secret, token].into_iter().flatten() {
            let plain = |b: u8| b.is_ascii_graphic() && b != b'=';
            if text.is_empty() || text.len() > TEXT_BYTES_MAX || !text.bytes().all(plain) {
                return Err(format!("`{}` names no profile or variable", text.escape_debug()));
            }
        }
        match (credentials_file, id, secret) {
            (Some(path), None, None) if token.is_none() => {
                let profile = profile.clone().unwrap_or_else(|| PROFILE.to_owned());
                Ok(Self::File { path: path.clone(), profile })
            }
            (None, Some(id), Some(secret)) if profile.is_none() => {
                let (id, secret, token) = (id.clone(), secret.clone(), token.clone());
                Ok(Self::Variables { id, secret, token })
            }
            (None, None, None) => Err("nothing says where its key is found".to_owned()),
            _ => Err("more than one thing says where its key is found, or half of one".to_owned()),
        }
    }

    /// Reads the key; in the error stands why it cannot be, and nothing of what was read.
    pub(crate) fn read(&self) -> Result<Credentials, String> {
        let credentials = match self {
            Self::File { path, profile } => of_file(path, profile)?,
            Self::Variables { id, secret, token } => Credentials {
                id: variable(id)?,
                secret: Secret::new(variable(secret)?),
                token: token.as_deref().map(variable).transpose()?.map(Secret::new),
            },
        };
        let fits = |text: &str| {
            let len = text.len();
            len > 0 && len <= SECRET_BYTES_MAX && text.bytes().all(|b| b.is_ascii_graphic())
        };
        let token = credentials.token.as_ref().is_none_or(|token| fits(token.expose()));
        match fits(&credentials.id) && fits(credentials.secret.expose()) && token {
            true => Ok(credentials),
            false => Err(format!("what {} holds is no key of AWS's form", self.named())),
        }
    }

    /// For people.
    pub(crate) fn named(&self) -> String {
        match self {
            Self::File { path, profile } => format!("[{profile}] of `{}`", path.display()),
            Self::Variables { id, secret, .. } => format!("`{id}` and `{secret}`"),
        }
    }
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("the environment variable `{name}` is not set"))
}

fn of_file(path: &Path, profile: &str) -> Result<Credentials, String> {
    let shown = path.display();
    let cannot = |error: std::io::Error| format!("cannot read `{shown}`: {error}");
    let file = File::open(path).map_err(cannot)?;
    // The open file is asked, not the name: another may lie there in the meantime.
    let about = file.metadata().map_err(cannot)?;
    if !about.is_file() {
        return Err(format!("`{shown}` is no file"));
    }
    if about.mode() & 0o077 != 0 {
        return Err(format!(
            "`{shown}` can be read by others (mode {:03o}): chmod 600 it",
            about.mode() & 0o777
        ));
    }
    let mut text = String::new();
    file.take(CREDENTIALS_BYTES_MAX + 1).read_to_string(&mut text).map_err(cannot)?;
    if text.len() as u64 > CREDENTIALS_BYTES_MAX {
        return Err(format!("`{shown}` has more than {CREDENTIALS_BYTES_MAX} bytes"));
    }
    let found = match text.trim_start().starts_with('{') {
        true => of_json(&text),
        false => of_sections(&text, profile),
    };
    found.ok_or_else(|| format!("`{shown}` has no whole key in its section [{profile}]"))
}

fn of_json(text: &str) -> Option<Credentials> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Key {
        access_key_id: String,
        secret_access_key: String,
        session_token: Option<String>,
    }
    // What serde says may quote what it read.
    let key: Key = serde_json::from_str(text).ok()?;
    Some(Credentials {
        id: key.access_key_id,
        secret: Secret::new(key.secret_access_key),
        token: key.session_token.map(Secret::new),
    })
}

fn of_sections(text: &str, profile: &str) -> Option<Credentials> {
    let (mut inside, mut id, mut secret, mut token) = (false, None, None, None);
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            inside = name.trim() == profile;
            continue;
        }
        let Some((name, value)) = line.split_once('=').filter(|_| inside) else { continue };
        let value = Some(value.trim().to_owned());
        match name.trim() {
            "aws_access_key_id" => id = value,
            "aws_secret_access_key" => secret = value,
            "aws_session_token" => token = value,
            _ => {}
        }
    }
    Some(Credentials { id: id?, secret: Secret::new(secret?), token: token.map(Secret::new) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    fn file(text: &str, mode: u32) -> (tempfile::TempDir, Source) {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("key");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        (home, Source::File { path, profile: "default".to_owned() })
    }

    const SECTIONS: &str = "# ours\n[other]\naws_access_key_id = AKIAOTHER\n[default]\n\
        aws_access_key_id = AKIAMAIN\naws_secret_access_key=very/secret+=\nregion = x\n";

    #[test]
    fn both_forms_of_file_are_read() {
        let (_home, source) = file(SECTIONS, 0o600);
        let key = source.read().unwrap();
        assert_eq!((key.id.as_str(), key.secret.expose()), ("AKIAMAIN", "very/secret+="));
        assert!(key.token.is_none() && !format!("{key:?}").contains("very"));
        let json = r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"S","SessionToken":"T"}"#;
        let (_home, source) = file(json, 0o400);
        assert_eq!(source.read().unwrap().token.unwrap().expose(), "T");
    }

    #[test]
    fn what_others_can_read_or_holds_no_key_is_refused_without_quoting_it() {
        for (text, mode, word) in [
            (SECTIONS, 0o644, "chmod 600"),
            (SECTIONS, 0o640, "chmod 600"),
            ("[other]\naws_access_key_id = very\n", 0o600, "no whole key"),
            ("[default]\naws_access_key_id = very\n", 0o600, "no whole key"),
            (r#"{"AccessKeyId":"very"}"#, 0o600, "no whole key"),
            ("[default]\naws_access_key_id=very\naws_secret_access_key=a b\n", 0o600, "no key of"),
            ("[default]\naws_access_key_id=\naws_secret_access_key=very\n", 0o600, "no key of"),
            (&"very ".repeat(20_000), 0o600, "bytes"),
        ] {
            let (_home, source) = file(text, mode);
            let said = source.read().unwrap_err();
            assert!(said.contains(word) && !said.contains("very"), "{said}");
        }
    }

    #[test]
    fn one_thing_says_where_the_key_is() {
        let text = |text: &str| Some(text.to_owned());
        let path = Some(PathBuf::from("/key"));
        let file = Table { credentials_file: path, ..Table::default() };
        let variables = Table {
            access_key_id_env: text("A"),
            secret_access_key_env: text("B"),
            ..Table::default()
        };
        assert!(Source::of(&file).is_ok() && Source::of(&variables).is_ok());
        for bad in [
            Table::default(),
            Table { access_key_id_env: text("A"), ..Table::default() },
            Table { access_key_id_env: text("A"), ..file.clone() },
            Table { profile: text("p"), ..variables.clone() },
            Table { session_token_env: text("T"), ..file.clone() },
            Table { profile: text("a b"), ..file },
        ] {
            assert!(Source::of(&bad).is_err(), "{bad:?}");
        }
        let unset = "PUGMARK_TEST_THAT_IS_NOT_SET".to_owned();
        let source = Source::Variables { id: unset.clone(), secret: unset, token: None };
        assert!(source.read().unwrap_err().contains("is not set"));
    }
}
