//! An engine whose disk is memory.

use crate::memory::MemoryDisk;
use engine::{Engine, Env, Settings};
use model::Timestamp;
use std::sync::Arc;

/// 2026-09-21T14:13:20Z.
pub(crate) const NOW: Timestamp = Timestamp(1_790_000_000_000);

/// A new engine, and its disk.
pub(crate) fn open() -> (Engine, Arc<MemoryDisk>) {
    with(Settings::default())
}

/// One that anybody may call, and reset.
pub(crate) fn open_for_anybody() -> Engine {
    with(Settings { dev: true, ..Settings::default() }).0
}

fn with(settings: Settings) -> (Engine, Arc<MemoryDisk>) {
    let disk = Arc::new(MemoryDisk::default());
    let opened = Engine::simulated(disk.clone(), settings, Env::simulated(NOW, 7));
    (opened.expect("an engine in memory").engine, disk)
}
