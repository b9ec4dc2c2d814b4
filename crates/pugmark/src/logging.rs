//! The server's log, on standard error. Secrets never reach it: their types do not print.

use crate::complaint::Complaint;
use tracing_subscriber::EnvFilter;

/// Starts logging. `asked` is the flag or `PUGMARK_LOG`; `RUST_LOG` comes after it, the
/// configuration last.
pub(crate) fn start(asked: Option<&str>, configured: &str) -> Result<(), Complaint> {
    let rust_log = std::env::var("RUST_LOG").ok();
    let filter = asked.or(rust_log.as_deref()).unwrap_or(configured);
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        Complaint::usage(
            format!("`{filter}` is no log filter: {error}"),
            "reading --log, PUGMARK_LOG, RUST_LOG and the configuration",
            "write it as `info` or `faces=debug,warn`",
        )
    })?;
    // A second start in one process, as in tests, keeps the first.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        // Where nobody reads standard error any more, telling so there would panic.
        .log_internal_errors(false)
        .try_init();
    Ok(())
}
