//! Log files beside a data directory, and imports of them.

use crate::call::Call;
use crate::home::Home;
use engine::{Engine, Error, ImportRequest};
use flate2::Compression;
use flate2::write::GzEncoder;
use model::AccountId;
use model::resource::Import;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

/// A directory of log files.
#[derive(Debug)]
pub(crate) struct Logs(pub(crate) PathBuf);

impl Logs {
    pub(crate) fn new(home: &Home) -> Self {
        let dir = home.beside("logs");
        fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }

    /// Writes any file; directories in its name are made.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Writes a log file as AWS delivers it.
    pub(crate) fn log(&self, name: &str, calls: &[Call]) -> PathBuf {
        self.file(name, gzip(log(calls).as_bytes()))
    }

    /// Imports the whole directory.
    pub(crate) fn import(&self, engine: &Engine) -> Import {
        import(engine, self.request()).unwrap()
    }

    pub(crate) fn request(&self) -> ImportRequest {
        request(std::slice::from_ref(&self.0))
    }
}

pub(crate) fn request(paths: &[PathBuf]) -> ImportRequest {
    ImportRequest { paths: paths.to_vec(), owner: None, store: None, resume: false }
}

/// As [`request`], for an account.
pub(crate) fn request_for(paths: &[PathBuf], owner: &AccountId) -> ImportRequest {
    ImportRequest { owner: Some(owner.clone()), ..request(paths) }
}

/// A log file's text.
pub(crate) fn log(calls: &[Call]) -> String {
    let records: Vec<String> = calls.iter().map(Call::json).collect();
    format!("{{\"Records\":[{}]}}", records.join(","))
}

/// The calls with these numbers.
pub(crate) fn calls(numbers: std::ops::Range<u64>) -> Vec<Call> {
    numbers.map(Call::new).collect()
}

pub(crate) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// Imports and waits for the end.
pub(crate) fn import(engine: &Engine, request: ImportRequest) -> Result<Import, Error> {
    let id = engine.start_import(request)?;
    loop {
        let import = engine.import(&id).unwrap();
        if import.ended.is_some() {
            return Ok(import);
        }
        std::thread::yield_now();
    }
}
