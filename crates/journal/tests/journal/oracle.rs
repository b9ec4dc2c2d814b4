//! What a journal must hold, kept in the simplest way.

use journal::snapshot::Snapshot;
use journal::{Frame, Recovery};

/// What was acknowledged, and what is in doubt.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    /// Whether the making of the journal was acknowledged.
    pub(crate) created: bool,
    /// Every acknowledged frame since the beginning.
    pub(crate) acked: Vec<Frame>,
    /// A frame whose writing failed or was cut short.
    pub(crate) doubt: Option<Frame>,
    /// Frames below this one may be gone.
    pub(crate) trimmed: u64,
    /// Acknowledged snapshots, oldest first.
    pub(crate) snapshots: Vec<Snapshot>,
    /// Snapshots whose saving failed or was cut short.
    pub(crate) snapshot_doubts: Vec<Snapshot>,
}

/// Something acknowledged is missing or changed.
pub(crate) type Violation = String;

impl Oracle {
    /// What a recovery found is what was acknowledged, in order and once, then perhaps the frame
    /// in doubt; from now on that is as good as acknowledged.
    pub(crate) fn check(&mut self, recovery: &Recovery, found: &[Frame]) -> Result<(), Violation> {
        self.created = true;
        let first = recovery.from.frame;
        if first > self.trimmed {
            return Err(format!("begins at {first}, trimmed below {}", self.trimmed));
        }
        let kept = self.acked.get(first as usize..).ok_or("begins after its end")?;
        let (whole, rest) = found.split_at_checked(kept.len()).ok_or_else(|| {
            let (found, kept) = (found.len(), kept.len());
            format!("{found} frames found, {kept} acknowledged")
        })?;
        if whole != kept {
            return Err("a frame is not as it was acknowledged".to_owned());
        }
        if recovery.torn_bytes > 0 && self.doubt.is_none() {
            return Err("a torn tail though nothing was in doubt".to_owned());
        }
        let doubt = self.doubt.take();
        match rest {
            [] => Ok(()),
            [frame] if doubt.as_ref() == Some(frame) => {
                self.acked.push(frame.clone());
                Ok(())
            }
            _ => Err("a frame that nobody wrote".to_owned()),
        }
    }

    /// The snapshot that was loaded is the newest acknowledged one, or one in doubt. One in doubt
    /// may be gone after one crash and be back after the next, which does no harm: it is true.
    pub(crate) fn check_snapshot(&mut self, found: Option<&Snapshot>) -> Result<(), Violation> {
        if found == self.snapshots.last() {
            return Ok(());
        }
        let mut doubts = self.snapshot_doubts.iter();
        let doubt = doubts.find(|doubt| found == Some(doubt)).cloned();
        self.snapshots.push(doubt.ok_or("the newest snapshot is not the one acknowledged")?);
        self.snapshot_doubts.clear();
        Ok(())
    }

    /// The place up to which frames are no longer needed: that of the older snapshot kept.
    pub(crate) fn needless(&self) -> u64 {
        let older = self.snapshots.iter().rev().nth(1);
        older.map_or(0, |snapshot| snapshot.at.frame)
    }
}
