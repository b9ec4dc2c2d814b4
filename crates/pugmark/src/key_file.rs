//! The file that holds the key of an encrypted data directory.

use crate::complaint::Complaint;
use crate::config::Settings;
use crate::private_file;
use crate::remedy;
use crate::talk::say;
use engine::{Env, RING, Random, RootKey};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Longest key file that is read, in bytes.
const BYTES_MAX: u64 = 4 << 10;

/// The key, where a file of it is named. One that is to encrypt a directory for the first time is
/// made where there is none.
pub(crate) fn root_key(settings: &Settings) -> Result<Option<RootKey>, Complaint> {
    match &settings.key_file {
        Some(path) => {
            apart(path, &settings.data)?;
            read(path, settings).map(Some)
        }
        None if settings.encrypt => Err(Complaint::usage(
            "--encrypt needs a key that lies outside the data directory",
            format!("encrypting `{}`", settings.data.display()),
            "add --key-file FILE or set PUGMARK_KEY_FILE; the file is made where there is none",
        )),
        None => Ok(None),
    }
}

/// A key beside what it encrypts protects nothing.
fn apart(path: &Path, data: &Path) -> Result<(), Complaint> {
    let whole = |path: &Path| -> Option<PathBuf> { std::fs::canonicalize(path).ok() };
    let dir = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let (Some(dir), Some(data)) = (whole(path).or_else(|| whole(dir)), whole(data)) else {
        return Ok(());
    };
    match dir.starts_with(&data) {
        false => Ok(()),
        true => Err(Complaint::usage(
            "the key file lies in the data directory, so whoever takes that has the key",
            format!("reading the key `{}`", path.display()),
            "move the file to another place, best to another disk, and name it there",
        )),
    }
}

fn read(path: &Path, settings: &Settings) -> Result<RootKey, Complaint> {
    let mut text = Vec::new();
    let file = std::fs::File::open(path);
    match file.and_then(|file| file.take(BYTES_MAX).read_to_end(&mut text)) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound && may_make(settings) => {
            return make(path);
        }
        Err(error) => return Err(unreadable(path, &error)),
    }
    RootKey::parse(&text).ok_or_else(|| {
        Complaint::usage(
            "the file holds no key: that is a line of 64 hexadecimal digits",
            format!("reading the key `{}`", path.display()),
            "name the right file; a new key is made by --encrypt, or by openssl rand -hex 32",
        )
    })
}

/// The key of a directory that is encrypted already is never made anew.
fn may_make(settings: &Settings) -> bool {
    settings.encrypt && !settings.data.join(RING).exists()
}

fn make(path: &Path) -> Result<RootKey, Complaint> {
    let env = Env::system();
    let key = RootKey::make(&Random::new(move |bytes| env.random(bytes)));
    private_file::replace(path, key.text().as_bytes()).map_err(|error| {
        Complaint::failed(
            format!("cannot write the key file: {error}"),
            format!("making the key `{}`", path.display()),
            remedy::of(&error).unwrap_or("make its directory, or name another file"),
        )
    })?;
    say(format!("a new key lies in {}", path.display()));
    say("keep a copy of it elsewhere: without it nothing in the data directory can be read");
    Ok(key)
}

fn unreadable(path: &Path, error: &io::Error) -> Complaint {
    Complaint::failed(
        format!("cannot read the key file: {error}"),
        format!("reading the key `{}`", path.display()),
        "name the file that holds the key of this data directory with --key-file FILE",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::File;

    fn settings(data: &Path, key: Option<&Path>, encrypt: bool) -> Settings {
        let file = File {
            data: Some(data.to_owned()),
            key_file: key.map(Path::to_owned),
            encrypt: Some(encrypt),
            ..File::default()
        };
        Settings::new(file, None).unwrap_or_else(|complaint| panic!("{complaint}"))
    }

    fn refused(settings: &Settings) -> String {
        root_key(settings).unwrap_err().to_string()
    }

    #[test]
    fn is_made_once_and_never_for_a_directory_that_has_one() {
        let (data, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let key = home.path().join("key");
        assert!(root_key(&settings(data.path(), None, false)).unwrap().is_none());
        assert!(refused(&settings(data.path(), None, true)).contains("--key-file"));
        let named = settings(data.path(), Some(&key), true);
        let made = root_key(&named).unwrap().unwrap().text();
        assert_eq!(root_key(&named).unwrap().unwrap().text(), made);
        std::fs::remove_file(&key).unwrap();
        assert!(refused(&settings(data.path(), Some(&key), false)).contains("cannot read"));
        std::fs::write(data.path().join(RING), "").unwrap();
        assert!(refused(&named).contains("cannot read"));
    }

    #[test]
    fn is_refused_inside_the_directory_and_where_it_is_none() {
        let (data, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let inside = data.path().join("key");
        assert!(refused(&settings(data.path(), Some(&inside), true)).contains("lies in the data"));
        assert!(!inside.exists());
        let odd = home.path().join("key");
        std::fs::write(&odd, "secret").unwrap();
        assert!(refused(&settings(data.path(), Some(&odd), true)).contains("64 hexadecimal"));
    }
}
