//! Reads that may take time run on a few threads of their own, behind a bounded queue.

use crate::error::Error;
use crate::settings::READS_MAX;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Answers by itself, also where it panics.
pub(crate) type Read = Box<dyn FnOnce() + Send>;

/// Threads that read.
#[derive(Debug)]
pub(crate) struct Readers(SyncSender<Read>);

impl Readers {
    /// Starts `count` threads; they end when this and all work is dropped.
    pub(crate) fn start(count: usize) -> Result<(Self, Vec<JoinHandle<()>>), Error> {
        let (sender, receiver) = sync_channel(READS_MAX);
        let receiver = Arc::new(Mutex::new(receiver));
        let spawn = |n| {
            let receiver = Arc::clone(&receiver);
            let thread = std::thread::Builder::new().name(format!("reader-{n}"));
            thread.spawn(move || run(&receiver)).map_err(Error::io("start", "reader thread"))
        };
        let threads = (0..count.max(1)).map(spawn).collect::<Result<_, _>>()?;
        Ok((Self(sender), threads))
    }

    pub(crate) fn send(&self, read: Read) -> Result<(), Error> {
        self.0.try_send(read).map_err(|error| match error {
            TrySendError::Full(_) => Error::Overloaded,
            TrySendError::Disconnected(_) => Error::Closed,
        })
    }
}

fn run(receiver: &Mutex<Receiver<Read>>) {
    loop {
        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(read) = next else { return };
        read();
    }
}
