//! Memory of running processes.

use std::fs;

/// `VmRSS` or `VmHWM` of a running process.
pub(crate) fn memory_bytes(id: u32, field: &str) -> Option<u64> {
    parse_memory(&fs::read_to_string(format!("/proc/{id}/status")).ok()?, field)
}

fn parse_memory(status: &str, field: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_memory() {
        let status = "Name:\tx\nVmHWM:\t  2048 kB\nVmRSS:\t 1024 kB\n";
        assert_eq!(parse_memory(status, "VmHWM"), Some(2 << 20));
        assert_eq!(parse_memory(status, "VmRSS"), Some(1 << 20));
        assert_eq!(parse_memory(status, "VmSwap"), None);
    }
}
