//! The command line.

use crate::config;
use crate::output::Format;
use crate::question::Filters;
use crate::tune::Tune;
use clap::{Args, Parser, Subcommand};
use model::AccountId;
use std::ffi::OsString;
use std::path::PathBuf;

/// The self-hosted CloudTrail: who did what, when and from where
#[derive(Debug, Parser)]
#[command(name = "pugmark", version, args_override_self = true, after_help = AFTER)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

const AFTER: &str = "\
Exit codes: 0 ok, 1 failed, 2 usage, 3 nothing found (only with --fail-empty), 4 not authorised,
5 unreachable, 6 partial or cannot tell.

First steps:
  pugmark up --demo                 a server with a story in it, and what to ask
  pugmark open LOGS                 look into CloudTrail logs, leaving nothing behind";

/// What every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Common {
    /// Data directory [default: `pugmark` in the platform's data directory]
    #[arg(long, global = true, env = "PUGMARK_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// File with the key of an encrypted data directory
    #[arg(long, global = true, env = "PUGMARK_KEY_FILE", value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Configuration file [default: `pugmark/config.toml` in the platform's, if there]
    #[arg(long, global = true, env = "PUGMARK_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// What is logged to standard error, as `info` or `faces=debug,warn` [default: info]
    #[arg(long, global = true, env = "PUGMARK_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,
    #[command(flatten)]
    pub(crate) answer: AnswerArgs,
}

/// How the answer is given.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct AnswerArgs {
    /// table, json, ndjson or csv [default: table on a terminal, else ndjson]
    #[arg(
        short,
        long,
        global = true,
        value_enum,
        value_name = "FORMAT",
        hide_possible_values = true
    )]
    pub(crate) output: Option<Format>,
    /// Exit with 3 where nothing is found
    #[arg(long, global = true)]
    pub(crate) fail_empty: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server: AWS's APIs, metrics, a page that shows it is alive
    Up(UpArgs),
    /// Print the shell exports that point AWS tools here: eval "$(pugmark env)"
    Env,
    /// Take in CloudTrail log files, or directories of them: .json, .json.gz
    Import(ImportArgs),
    /// Look into log files in one shot, read-only, leaving nothing behind
    Open(OpenArgs),
    #[command(flatten)]
    Ask(Question),
    /// Write records as Parquet files, for DuckDB, Spark, pandas and whoever reads those
    Export(ExportArgs),
    /// Show what is kept, and whether a server runs
    Status,
    /// Prove or disprove that the data directory is what was recorded
    Verify(VerifyArgs),
    /// Say whether this machine keeps the promises
    Doctor,
    /// Print the version
    Version,
    /// Answer SQL for the process that started this one
    #[command(hide = true)]
    Worker(WorkerArgs),
    /// Check or print the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
}

/// The everyday questions.
#[derive(Debug, Subcommand)]
pub(crate) enum Question {
    /// List records, newest first
    Events(EventsArgs),
    /// Ask who did something
    #[command(subcommand)]
    Who(WhoQuestion),
    /// Show one record
    Event(EventArgs),
    /// Show who became whom, across accounts, and what each did
    Session(SessionArgs),
    /// Tell of a principal, key, address or resource: since when, what is usual, what is new
    Entity(EntityArgs),
    /// List identities, keys, permissions and resources that nothing touched since a time
    Unused(UnusedArgs),
    /// Count the most frequent values of fields
    Top(TopArgs),
    /// Count records by time
    Histogram(HistogramArgs),
    /// Rank what tells some records from the rest
    Explain(ExplainArgs),
    /// Ask in SQL, as CloudTrail Lake does; without a statement, at a prompt
    Sql(SqlArgs),
}

/// `up`
#[derive(Debug, Args)]
pub(crate) struct UpArgs {
    /// Fill a new lake with the story of a leaked key, and print the first questions
    #[arg(long)]
    pub(crate) demo: bool,
    /// Let the story end at this time instead of now
    #[arg(long, value_name = "TIME", requires = "demo")]
    pub(crate) demo_at: Option<crate::when::When>,
    /// What the engine does rarely, done often: for the crash lab
    #[arg(long, hide = true, env = "PUGMARK_TUNE", default_value = "", value_parser = Tune::parse)]
    pub(crate) tune: Tune,
    #[command(flatten)]
    pub(crate) settings: config::File,
}

/// `import`
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Files and directories
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Account the records are kept for [default: the one each record names]
    #[arg(long, value_name = "ACCOUNT", value_parser = owner)]
    pub(crate) owner: Option<AccountId>,
    /// Go on with an import of the same paths that was cut off
    #[arg(long)]
    pub(crate) resume: bool,
}

fn owner(text: &str) -> Result<AccountId, String> {
    AccountId::parse(text).ok_or_else(|| "an account id is twelve digits".to_owned())
}

/// `open`
#[derive(Debug, Args)]
pub(crate) struct OpenArgs {
    /// Files and directories
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// What to ask, as `-- events --failed`, `-- who did DeleteTrail`, `-- event ID`
    #[arg(last = true, value_name = "QUESTION")]
    pub(crate) question: Vec<OsString>,
}

/// What stands behind `--` of `open`.
#[derive(Debug, Parser)]
#[command(name = "pugmark open PATH... --", no_binary_name = true, args_override_self = true)]
pub(crate) struct OpenQuestion {
    #[command(flatten)]
    pub(crate) answer: AnswerArgs,
    #[command(subcommand)]
    pub(crate) question: Question,
}

/// `events`
#[derive(Debug, Args)]
pub(crate) struct EventsArgs {
    /// Action, as CreateUser, iam:CreateUser or 'iam:*'; may be repeated
    #[arg(long, value_name = "ACTION")]
    pub(crate) did: Vec<String>,
    #[command(flatten)]
    pub(crate) filters: Filters,
    /// Most records shown
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: usize,
    /// Show all of them
    #[arg(long)]
    pub(crate) all: bool,
}

/// `who`
#[derive(Debug, Subcommand)]
pub(crate) enum WhoQuestion {
    /// Who did an action: calls, denials, first, last and addresses by principal
    Did(WhoDidArgs),
}

/// `who did`
#[derive(Debug, Args)]
pub(crate) struct WhoDidArgs {
    /// Action, as DeleteTrail, cloudtrail:DeleteTrail or 'cloudtrail:*'
    #[arg(required = true, value_name = "ACTION")]
    pub(crate) actions: Vec<String>,
    #[command(flatten)]
    pub(crate) filters: Filters,
}

/// `event`
#[derive(Debug, Args)]
pub(crate) struct EventArgs {
    /// eventID of the record
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Show the other records with the same id too
    #[arg(long)]
    pub(crate) all: bool,
}

/// `sql`
#[derive(Debug, Args)]
pub(crate) struct SqlArgs {
    /// One SELECT, FROM events or an event data store
    #[arg(value_name = "STATEMENT")]
    pub(crate) statement: Option<String>,
    /// Most rows shown
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub(crate) limit: u64,
}

/// `export`
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Directory for the files: a new or an empty one
    #[arg(long, value_name = "DIR")]
    pub(crate) parquet: PathBuf,
    /// From this time on: 2026-11-01T02:13:07Z, 2026-11-01, 90d, 2h
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<crate::when::When>,
    /// Before this time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<crate::when::When>,
}

/// `verify`
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Data directory [default: the one of --data]
    #[arg(value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
}

/// `worker`
#[derive(Debug, Args)]
pub(crate) struct WorkerArgs {
    /// Where the parts lie
    #[arg(value_name = "DIR")]
    pub(crate) parts: PathBuf,
}

/// `session`
#[derive(Debug, Args)]
pub(crate) struct SessionArgs {
    /// Access key, name of a session as gh-run-5003 or ReleaseRole/gh-run-5003, ARN or eventID
    #[arg(value_name = "VALUE")]
    pub(crate) value: String,
    /// Only records of this account
    #[arg(long, value_name = "ID", value_parser = owner)]
    pub(crate) account: Option<AccountId>,
    /// Most sessions shown
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) limit: usize,
}

/// `entity`
#[derive(Debug, Args)]
pub(crate) struct EntityArgs {
    /// Principal, access key, address or resource, exactly
    #[arg(value_name = "VALUE")]
    pub(crate) value: String,
    /// key, address, principal or resource [default: what it looks like]
    #[arg(long = "as", value_name = "KIND", value_parser = crate::kind::entity)]
    pub(crate) kind: Option<engine::EntityKind>,
    /// Only records of this account
    #[arg(long, value_name = "ID", value_parser = owner)]
    pub(crate) account: Option<AccountId>,
    /// New is what was first seen from then on [default: seven days before the newest record]
    #[arg(long, value_name = "TIME")]
    pub(crate) new: Option<crate::when::When>,
    /// From this time on: 2026-11-01T02:13:07Z, 2026-11-01, 90d, 2h
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<crate::when::When>,
    /// Before this time
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<crate::when::When>,
    /// Most values of each field
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) limit: usize,
}

/// `unused`
#[derive(Debug, Args)]
pub(crate) struct UnusedArgs {
    /// Nothing touched it from then on: 90d, 2026-08-01
    #[arg(long, value_name = "TIME")]
    pub(crate) since: crate::when::When,
    /// identity, key, permission or resource; may be repeated [default: all]
    #[arg(long = "kind", value_name = "KIND", value_parser = crate::kind::unused)]
    pub(crate) kinds: Vec<engine::UnusedKind>,
    /// Only records of this account
    #[arg(long, value_name = "ID", value_parser = owner)]
    pub(crate) account: Option<AccountId>,
    /// Most rows of each kind
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) limit: usize,
}

/// What `top`, `histogram` and `explain` count.
#[derive(Debug, Args)]
pub(crate) struct Counted {
    /// Action, as CreateUser, iam:CreateUser or 'iam:*'; may be repeated
    #[arg(long, value_name = "ACTION")]
    pub(crate) did: Vec<String>,
    #[command(flatten)]
    pub(crate) filters: Filters,
}

/// `top`
#[derive(Debug, Args)]
pub(crate) struct TopArgs {
    /// Field, as action, principal, sourceIp or errorCode; a wrong one is answered with all
    #[arg(required = true, value_name = "FIELD", value_parser = crate::kind::facet)]
    pub(crate) fields: Vec<engine::Facet>,
    #[command(flatten)]
    pub(crate) counted: Counted,
    /// Most values of each field
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
}

/// `histogram`
#[derive(Debug, Args)]
pub(crate) struct HistogramArgs {
    #[command(flatten)]
    pub(crate) counted: Counted,
    /// Length of a bucket, as 15m, 1h or 1d [default: what makes at most 60]
    #[arg(long, value_name = "LENGTH", value_parser = crate::kind::length)]
    pub(crate) every: Option<i64>,
}

/// `explain`
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) counted: Counted,
    /// Only this field, as sourceIp; may be repeated
    #[arg(long = "field", value_name = "FIELD", value_parser = crate::kind::facet)]
    pub(crate) fields: Vec<engine::Facet>,
    /// Most values shown
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
}

/// `config`
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Say whether the configuration is good
    Check(ConfigArgs),
    /// Print every key with the value that holds
    Print(ConfigArgs),
}

/// `config check` and `config print`
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(flatten)]
    pub(crate) settings: config::File,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    fn events(line: &str) -> EventsArgs {
        match parse(line).unwrap().command {
            Command::Ask(Question::Events(args)) => args,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn is_well_formed() {
        Cli::command().debug_assert();
        OpenQuestion::command().debug_assert();
    }

    #[test]
    fn options_given_twice_count_the_last_time_but_actions_add_up() {
        let args = events("pugmark events --did iam:* --limit 5 --did CreateUser --limit 500");
        assert_eq!(args.did, ["iam:*", "CreateUser"]);
        assert_eq!(args.limit, 500);
    }

    #[test]
    fn flags_may_be_taken_back() {
        let up = |line: &str| match parse(line).unwrap().command {
            Command::Up(args) => args.settings,
            other => panic!("{other:?}"),
        };
        assert_eq!(up("pugmark up --dev").dev, Some(true));
        assert_eq!(up("pugmark up --dev=false").dev, Some(false));
        assert_eq!(up("pugmark up --dev --extended").extended, Some(true));
        let proxies = up("pugmark up --trusted-proxy 10.0.0.0/8 --trusted-proxy ::1");
        assert_eq!(proxies.trusted_proxies.unwrap().len(), 2);
    }

    #[test]
    fn global_options_stand_anywhere() {
        let cli = parse("pugmark who did DeleteTrail --data /d -o csv --fail-empty").unwrap();
        assert_eq!(cli.common.data, Some("/d".into()));
        assert_eq!(cli.common.answer.output, Some(Format::Csv));
        assert!(cli.common.answer.fail_empty);
    }

    #[test]
    fn verify_takes_a_directory_or_the_usual_one() {
        for (line, want) in [("pugmark verify", None), ("pugmark verify /d", Some("/d"))] {
            match parse(line).unwrap().command {
                Command::Verify(args) => assert_eq!(args.directory, want.map(PathBuf::from)),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_question_may_follow_what_is_opened() {
        let cli = parse("pugmark open a b -o json -- events --failed").unwrap();
        let Command::Open(args) = cli.command else {
            panic!("not open");
        };
        assert_eq!(args.paths.len(), 2);
        let asked = OpenQuestion::try_parse_from(args.question).unwrap();
        assert!(matches!(asked.question, Question::Events(events) if events.filters.failed));
    }

    #[test]
    fn nonsense_is_refused() {
        for line in [
            "pugmark",
            "pugmark events --since yesterday",
            "pugmark who DeleteTrail",
            "pugmark up --demo-at 2026-11-01",
            "pugmark import",
            "pugmark verify one two",
            "pugmark doctor one",
            "pugmark events -o xml",
        ] {
            assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }
}
