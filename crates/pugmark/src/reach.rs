//! One set of questions, whoever answers: the server that holds the data directory, or the
//! directory itself, opened by this command.

use crate::complaint::Complaint;
use crate::config;
use crate::directory::{self, Closed};
use crate::face;
use crate::remote::Remote;
use crate::sql_command::Answer;
use crate::standing::Standing;
use crate::talk::quoted;
use engine::{Cancel, Engine, ImportRequest, Page, RowForm, Scope, Search, Statement};
use model::Timestamp;
use model::resource::{Import, ImportStatus};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Who answers.
pub(crate) struct Reach {
    data: PathBuf,
    prompt: String,
    way: Way,
}

enum Way {
    Local(Engine),
    Remote(Box<Remote>),
}

impl Reach {
    /// Opens the directory or finds its server; makes the directory where there is none.
    pub(crate) fn open(data: &Path, settings: engine::Settings) -> Result<Self, Complaint> {
        let mut opened = directory::open(data, settings.clone());
        if let Err(Closed::OtherBirth(_)) = opened {
            // Who may call a server is no matter here: whoever may read the files may ask.
            let dev = !settings.dev;
            opened = directory::open(data, engine::Settings { dev, ..settings });
        }
        let way = match opened {
            Ok(directory) => Way::Local(directory.engine),
            Err(Closed::InUse) => Way::Remote(Box::new(Remote::find(data)?)),
            Err(closed) => return Err(closed.complaint(data)),
        };
        Ok(Self { data: data.to_owned(), prompt: prompt(data), way })
    }

    /// The same, for questions only: an absent directory is told, not made.
    pub(crate) fn existing(data: &Path, settings: engine::Settings) -> Result<Self, Complaint> {
        if directory::is_lake(data)? {
            return Self::open(data, settings);
        }
        Err(Complaint::failed(
            "there is nothing to ask: no lake was made in the data directory",
            format!("opening `{}`", data.display()),
            "take in logs with pugmark import PATH, start with pugmark up --demo, or name \
             another directory with --data DIR",
        ))
    }

    /// An engine that is open already. `prompt` is how it is asked on the command line.
    pub(crate) fn local(data: &Path, engine: Engine, prompt: String) -> Self {
        Self { data: data.to_owned(), prompt, way: Way::Local(engine) }
    }

    /// The command line that asks the same lake something.
    pub(crate) fn command(&self, question: &str) -> String {
        format!("{} {question}", self.prompt)
    }

    /// The address of the server, where one answers.
    pub(crate) fn server(&self) -> Option<String> {
        match &self.way {
            Way::Local(_) => None,
            Way::Remote(remote) => Some(remote.endpoint().to_string()),
        }
    }

    /// One page of records.
    pub(crate) fn search(&self, search: &Search) -> Result<Page, Complaint> {
        match &self.way {
            Way::Local(engine) => self.told(engine.search(search)),
            Way::Remote(remote) => face::search(remote, search),
        }
    }

    /// One of the questions that the engine answers as a whole.
    pub(crate) fn ask<A: Serialize, R: DeserializeOwned>(
        &self,
        operation: &str,
        ask: &A,
        answer: impl FnOnce(&Engine, &A) -> Result<R, engine::Error>,
    ) -> Result<R, Complaint> {
        match &self.way {
            Way::Local(engine) => self.told(answer(engine, ask)),
            Way::Remote(remote) => remote.call(operation, ask),
        }
    }

    /// Answers a statement of SQL.
    pub(crate) fn query(
        &self,
        statement: &str,
        limit: u64,
        cancel: &Cancel,
    ) -> Result<Answer, Complaint> {
        let engine = match &self.way {
            Way::Local(engine) => engine,
            Way::Remote(remote) => {
                let ask = json!({ "statement": statement, "limit": limit });
                return remote.call_until("Query", &ask, || cancel.is_cancelled());
            }
        };
        let everything = Scope { names: everything(engine), ..Scope::default() };
        let statement = Statement {
            sql: statement.to_owned(),
            tables: vec![everything],
            rows_max: limit,
            bytes_max: ANSWER_BYTES_MAX,
            form: RowForm::Json,
        };
        let rows = self.told(engine.query_now(statement, QUERY_TIME_MAX, cancel))?;
        let answer = Answer::local(rows).ok_or(engine::Error::Internal);
        self.told(answer)
    }

    /// Writes the rows of a statement into a new Parquet file; gives how many there were, `None`
    /// where a server has more of them than go into one answer: then the file is not whole.
    pub(crate) fn export(&self, statement: &str, path: &Path) -> Result<Option<u64>, Complaint> {
        match &self.way {
            Way::Remote(remote) => face::export(remote, statement, path),
            Way::Local(engine) => {
                let statement = Statement {
                    sql: statement.to_owned(),
                    tables: vec![Scope { names: everything(engine), ..Scope::default() }],
                    rows_max: u64::MAX,
                    bytes_max: u64::MAX,
                    form: RowForm::Parquet,
                };
                self.told(engine.query_to_file(statement, EXPORT_TIME_MAX, path)).map(Some)
            }
        }
    }

    /// Begins an import; returns its id.
    pub(crate) fn start_import(&self, request: ImportRequest) -> Result<String, Complaint> {
        match &self.way {
            Way::Local(engine) => self.told(engine.start_import(request)),
            Way::Remote(remote) => face::start_import(remote, request),
        }
    }

    /// How far an import got.
    pub(crate) fn import(&self, id: &str) -> Result<Import, Complaint> {
        let engine = match &self.way {
            Way::Local(engine) => engine,
            Way::Remote(remote) => return face::import(remote, id),
        };
        engine.import(id).ok_or_else(|| {
            let tried = format!("looking for import {id}");
            let next = "see what was imported: pugmark status";
            Complaint::failed("the import is not there any more", tried, next)
        })
    }

    /// The imports that run, or were cut off.
    pub(crate) fn unfinished(&self) -> Result<Vec<Import>, Complaint> {
        let mut imports = match &self.way {
            Way::Remote(remote) => face::imports(remote)?,
            Way::Local(engine) => {
                let state = engine.state();
                state.imports().filter_map(|import| engine.import(&import.id)).collect()
            }
        };
        imports.retain(|import| import.status == ImportStatus::Running);
        Ok(imports)
    }

    /// How long to wait before asking the same again. A server records each call.
    pub(crate) const fn patience(&self) -> Duration {
        match self.way {
            Way::Local(_) => Duration::from_millis(50),
            Way::Remote(_) => Duration::from_millis(500),
        }
    }

    /// What is kept.
    pub(crate) fn status(&self) -> Result<Standing, Complaint> {
        match &self.way {
            Way::Local(engine) => Ok(Standing::of(engine)),
            Way::Remote(remote) => face::status(remote),
        }
    }

    /// The earliest and latest `eventTime` of all records.
    pub(crate) fn extent(&self) -> Result<Option<(Timestamp, Timestamp)>, Complaint> {
        match &self.way {
            Way::Local(engine) => Ok(engine.extent(None)),
            Way::Remote(remote) => face::extent(remote),
        }
    }

    /// Leaves in order.
    pub(crate) fn close(self) {
        if let Way::Local(engine) = self.way {
            engine.close();
        }
    }

    fn told<T>(&self, answer: Result<T, engine::Error>) -> Result<T, Complaint> {
        answer.map_err(|error| directory::complaint(&error, &self.data))
    }
}

/// Longest answer to a statement, in bytes, and longest wait for it.
const ANSWER_BYTES_MAX: u64 = 256 << 20;
const QUERY_TIME_MAX: Duration = Duration::from_secs(3_600);
/// Longest time for one file of an export.
const EXPORT_TIME_MAX: Duration = Duration::from_secs(24 * 3_600);

/// What the lake as a whole is called in SQL.
fn everything(engine: &Engine) -> Vec<String> {
    let account = &engine.settings().account;
    let tables = engine.state().tables(account, engine.env().now());
    let whole = tables.into_iter().find(|table| table.store.is_none());
    whole.map(|table| table.names).unwrap_or_default()
}

/// Only a directory that is not the usual one needs naming.
fn prompt(data: &Path) -> String {
    if config::default_directory().is_some_and(|usual| usual == data) {
        return "pugmark".to_owned();
    }
    format!("pugmark --data {}", quoted(&data.to_string_lossy()))
}
