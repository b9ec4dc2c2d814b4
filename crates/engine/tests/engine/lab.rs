//! An engine on a simulated disk, for one accident at a time.

use crate::call::{Call, MARCH};
use crate::home::quiet;
use engine::sim::SimDisk;
use engine::{Engine, Env, Settings};
use model::disk::Disk;
use std::path::Path;
use std::sync::Arc;

/// A simulated disk, clock and randomness, and what the engine is told.
#[derive(Debug)]
pub(crate) struct Lab {
    pub(crate) disk: SimDisk,
    pub(crate) env: Env,
    pub(crate) settings: Settings,
}

pub(crate) const DAY_MS: i64 = 86_400_000;

impl Lab {
    pub(crate) fn new() -> Self {
        let env = Env::simulated(Call::new(0).time, 1);
        env.advance(100 * DAY_MS);
        assert!(env.now() > MARCH);
        Self { disk: SimDisk::new(1), env, settings: Settings { threads: 1, ..quiet() } }
    }

    pub(crate) fn open(&self) -> Engine {
        let disk: Arc<dyn Disk> = Arc::new(self.disk.clone());
        Engine::simulated(disk, self.settings.clone(), self.env.clone()).unwrap().engine
    }

    /// The power goes and comes back.
    pub(crate) fn crash(&mut self, engine: Engine) -> Engine {
        engine.settle();
        self.disk = self.disk.crash();
        drop(engine);
        self.open()
    }

    /// Names of the files in a directory.
    pub(crate) fn files(&self, dir: &str) -> Vec<String> {
        self.disk.list(Path::new(dir)).unwrap()
    }
}
