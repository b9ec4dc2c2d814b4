//! How much one server takes on: connections and memory, as whoever runs it says. What parts of it
//! are for what is decided here and nowhere else.

use std::ops::RangeInclusive;

/// How many connections may be asked for: each may take a file and a little memory.
const CONNECTIONS: RangeInclusive<u32> = 64..=65_536;
/// How much memory may be asked for, in MiB: below it the longest body would find no room.
const MEMORY_MB: RangeInclusive<u32> = 1_024..=1_048_576;

const MEBIBYTE: usize = 1 << 20;

/// Connections and memory, within what is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Capacity {
    connections: u32,
    memory_mb: u32,
}

impl Default for Capacity {
    fn default() -> Self {
        Self { connections: 1_024, memory_mb: 2_048 }
    }
}

impl Capacity {
    /// What was asked for, or the usual.
    ///
    /// # Errors
    /// The setting, and what it must be.
    pub(crate) fn new(connections: Option<u32>, memory_mb: Option<u32>) -> Result<Self, String> {
        let usual = Self::default();
        let capacity = Self {
            connections: connections.unwrap_or(usual.connections),
            memory_mb: memory_mb.unwrap_or(usual.memory_mb),
        };
        check("connections_max", capacity.connections, CONNECTIONS)?;
        check("memory_mb", capacity.memory_mb, MEMORY_MB)?;
        Ok(capacity)
    }

    /// No more connections than leave most files to the lake.
    pub(crate) fn within(self, open_files: usize) -> Self {
        let most = u32::try_from(open_files / 4).unwrap_or(u32::MAX);
        Self { connections: self.connections.min(most.max(4)), ..self }
    }

    /// For the configuration file.
    pub(crate) const fn connections_max(self) -> u32 {
        self.connections
    }

    /// For the configuration file, in MiB.
    pub(crate) const fn memory_mb(self) -> u32 {
        self.memory_mb
    }

    /// Connections at a time; for a further one the longest idle of whoever has most has to go.
    pub(crate) const fn connections(self) -> usize {
        self.connections as usize
    }

    /// Requests under way of those who proved who they are: bodies that come, turns that are
    /// waited for, answers that go. One account alone gets half.
    pub(crate) const fn account_requests(self) -> usize {
        self.connections() / 2
    }

    /// Requests under way of all others. Fewer than connections, together with the former, so
    /// that somebody can always make room.
    pub(crate) const fn newcomer_requests(self) -> usize {
        self.connections() / 4
    }

    /// Bytes of bodies and answers of those who proved who they are. One account alone gets half.
    pub(crate) const fn account_bytes(self) -> usize {
        3 * self.bytes() / 32
    }

    /// Bytes of bodies and answers of all others.
    pub(crate) const fn newcomer_bytes(self) -> usize {
        self.bytes() / 32
    }

    /// Bytes of records that are not in a part yet, indexes included; beyond it no call is taken.
    pub(crate) const fn tail_bytes(self) -> usize {
        self.bytes() / 4
    }

    /// Bytes of decoded parts that are kept for the next look-up.
    pub(crate) const fn cache_bytes(self) -> u64 {
        (self.bytes() / 4) as u64
    }

    const fn bytes(self) -> usize {
        self.memory_mb as usize * MEBIBYTE
    }
}

fn check(name: &str, value: u32, range: RangeInclusive<u32>) -> Result<(), String> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(format!("`{name}` is {value}, not from {} to {}", range.start(), range.end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_together_are_less_than_the_whole() {
        for memory_mb in [*MEMORY_MB.start(), 2_048, *MEMORY_MB.end()] {
            let capacity = Capacity::new(None, Some(memory_mb)).unwrap();
            let cache = usize::try_from(capacity.cache_bytes()).unwrap();
            let requests = capacity.account_bytes() + capacity.newcomer_bytes();
            assert!(cache + capacity.tail_bytes() + requests < capacity.bytes());
            assert!(capacity.newcomer_bytes() / 2 >= wire::BODY_BYTES_MAX, "a body finds room");
        }
    }

    #[test]
    fn somebody_can_always_make_room() {
        for connections in [64, 1_024, 65_536] {
            let capacity = Capacity::new(Some(connections), None).unwrap();
            for capacity in [capacity, capacity.within(256), capacity.within(1)] {
                let requests = capacity.account_requests() + capacity.newcomer_requests();
                assert!(requests < capacity.connections() && capacity.newcomer_requests() > 0);
            }
        }
    }

    #[test]
    fn what_is_not_possible_is_refused_by_name() {
        let refused = |connections, memory_mb| Capacity::new(connections, memory_mb).unwrap_err();
        assert!(refused(Some(1), None).contains("`connections_max` is 1, not from 64"));
        assert!(refused(None, Some(512)).contains("`memory_mb` is 512, not from 1024"));
        assert_eq!(Capacity::new(None, None), Ok(Capacity::default()));
    }
}
