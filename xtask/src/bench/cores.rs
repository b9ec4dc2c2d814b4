//! Server and load on cores of their own: otherwise the server waits for those who measure it.

use anyhow::Result;

/// Cores shared out between the server and those who call it.
#[derive(Debug)]
pub(super) struct Cores(inner::Cores);

impl Cores {
    /// The first half is the server's, the rest ours; `None` where there is one core only, or the
    /// system does not tell.
    pub(super) fn split() -> Option<Self> {
        inner::Cores::split().map(Self)
    }

    /// Starts something on the server's cores; from then on this thread, and those that it
    /// starts, run on the others until this is dropped.
    pub(super) fn start<T>(&self, start: impl FnOnce() -> Result<T>) -> Result<T> {
        self.0.give_server()?;
        let started = start();
        self.0.give_load()?;
        started
    }

    /// For the report.
    pub(super) fn describe(&self) -> String {
        let (server, load) = self.0.counts();
        format!("server on {server} of the cores, load on the other {load}")
    }
}

#[cfg(target_os = "linux")]
mod inner {
    use anyhow::Result;
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    #[derive(Debug)]
    pub(super) struct Cores {
        all: CpuSet,
        server: CpuSet,
        load: CpuSet,
    }

    impl Cores {
        pub(super) fn split() -> Option<Self> {
            let all = sched_getaffinity(None).ok()?;
            let ours: Vec<usize> = (0..CpuSet::MAX_CPU).filter(|core| all.is_set(*core)).collect();
            let (first, rest) = ours.split_at_checked(ours.len() / 2)?;
            let set = |cores: &[usize]| {
                let mut set = CpuSet::new();
                cores.iter().for_each(|core| set.set(*core));
                set
            };
            (!first.is_empty()).then(|| Self { all, server: set(first), load: set(rest) })
        }

        pub(super) fn give_server(&self) -> Result<()> {
            Ok(sched_setaffinity(None, &self.server)?)
        }

        pub(super) fn give_load(&self) -> Result<()> {
            Ok(sched_setaffinity(None, &self.load)?)
        }

        pub(super) fn counts(&self) -> (u32, u32) {
            (self.server.count(), self.load.count())
        }
    }

    impl Drop for Cores {
        fn drop(&mut self) {
            // Where this fails, what comes next is measured on fewer cores.
            let _ = sched_setaffinity(None, &self.all);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod inner {
    use anyhow::Result;

    #[derive(Debug)]
    pub(super) struct Cores;

    impl Cores {
        pub(super) fn split() -> Option<Self> {
            None
        }

        pub(super) fn give_server(&self) -> Result<()> {
            Ok(())
        }

        pub(super) fn give_load(&self) -> Result<()> {
            Ok(())
        }

        pub(super) fn counts(&self) -> (u32, u32) {
            (0, 0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread::available_parallelism;

    #[test]
    fn server_and_load_do_not_share_a_core() {
        let all = available_parallelism().unwrap().get();
        let Some(cores) = Cores::split() else {
            assert!(all == 1 || cfg!(not(target_os = "linux")));
            return;
        };
        let seen = || available_parallelism().unwrap().get();
        let server = cores.start(|| Ok(seen())).unwrap();
        assert_eq!((server + seen(), server), (all, all / 2));
        drop(cores);
        assert_eq!(seen(), all);
    }
}
