//! `pugmark worker DIR`: the process that answers SQL for another one, within limits of its own.

use crate::cli::WorkerArgs;
use crate::complaint::{Complaint, Exit};
use engine::{CryptDisk, Keys, RealDisk, WorkerCommand};
use model::disk::Disk;
use query::worker::STACK_BYTES;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs::File;
use std::io::{self, BufWriter};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

/// Most memory for sorting, joining and grouping, in bytes.
const MEMORY_BYTES: usize = 1 << 30;

/// What fits into a pipe: longer answers are read while they are written.
const PIPE_BYTES: usize = 64 << 10;

/// Address space beyond it, in bytes: caches, stacks, the program itself.
const SPACE_BYTES: u64 = 5 << 30;

/// The command that starts this program as a worker; `None` where it cannot find itself.
pub(crate) fn itself() -> Option<WorkerCommand> {
    let program = std::env::current_exe().ok()?;
    Some(WorkerCommand { program, args: vec!["worker".to_owned()] })
}

/// Answers until nobody asks any more.
pub(crate) fn run(args: &WorkerArgs) -> Result<Exit, Complaint> {
    // INVARIANT (a query can die, the server cannot): limits stand before the first question.
    limit_memory();
    let parts = args.parts.clone();
    let thread = thread::Builder::new().name("worker".to_owned()).stack_size(STACK_BYTES);
    let served = thread.spawn(move || serve(parts)).and_then(|thread| {
        thread.join().unwrap_or_else(|_| Err(io::Error::other("its thread panicked")))
    });
    match served {
        Ok(()) => Ok(Exit::Ok),
        Err(error) => Err(Complaint::failed(
            format!("the worker ended: {error}"),
            "answering SQL for another process",
            "none is needed: the next question starts another worker",
        )),
    }
}

fn serve(parts: PathBuf) -> io::Result<()> {
    let keys = Keys::none();
    let below: Arc<dyn Disk> = Arc::new(RealDisk::read_only(parts));
    let disk = Arc::new(CryptDisk::new(below, keys.clone()));
    let mut take_keys = |ring, fed| keys.learn(ring, fed);
    let (mut input, mut output) = (io::stdin().lock(), whole_pipe()?);
    query::worker::serve(disk, MEMORY_BYTES, &mut take_keys, &mut input, &mut output)
}

/// Standard output without the buffer that ends with each line: an answer goes out at once.
fn whole_pipe() -> io::Result<BufWriter<File>> {
    let pipe = io::stdout().as_fd().try_clone_to_owned()?;
    Ok(BufWriter::with_capacity(PIPE_BYTES, File::from(pipe)))
}

/// A statement that takes more ends this process, not the machine. Where no limit can be set, the
/// engine's own bounds remain.
fn limit_memory() {
    let most = MEMORY_BYTES as u64 + SPACE_BYTES;
    let Rlimit { current, maximum } = getrlimit(Resource::As);
    let current = Some(current.map_or(most, |now| now.min(most)));
    if setrlimit(Resource::As, Rlimit { current, maximum }).is_err() {
        tracing::warn!("the memory of this worker cannot be limited");
    }
}
