//! What the system lets this process have: files, threads, memory, cores.

use super::{Line, size, system};

/// Looks at all of them.
pub(super) fn check() -> Vec<Line> {
    let limits = system("/proc/self/limits").unwrap_or_default();
    let meminfo = system("/proc/meminfo").unwrap_or_default();
    let mut lines = vec![files(limit(&limits, "Max open files"))];
    lines.push(threads(limit(&limits, "Max processes"), tasks()));
    lines.push(memory(kib(&meminfo, "MemTotal"), memory_limit()));
    lines.push(swap(kib(&meminfo, "SwapTotal")));
    lines.push(cores(std::thread::available_parallelism().map_or(1, usize::from)));
    lines
}

/// The soft limit of this name; `None` where there is none or none is told.
fn limit(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// A value of `/proc/meminfo`, in bytes.
fn kib(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib.saturating_mul(1_024))
}

/// Where this process stands in the tree of a controller; `""` is the one tree of version 2.
fn group<'a>(text: &'a str, controller: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':').skip(1);
        let (names, path) = (fields.next()?, fields.next()?);
        names.split(',').any(|name| name == controller).then_some(path)
    })
}

/// The least limit on the way from this process's group up to the root.
fn group_limit(controller: &str, version_1: &str, version_2: &str) -> Option<u64> {
    let groups = system("/proc/self/cgroup")?;
    let old = group(&groups, controller)
        .map(|path| (format!("/sys/fs/cgroup/{controller}"), path, version_1));
    let new = group(&groups, "").map(|path| ("/sys/fs/cgroup".to_owned(), path, version_2));
    let trees = [old, new].into_iter().flatten();
    let limits = trees.flat_map(|(root, path, file)| {
        let mut at = path.trim_end_matches('/').to_owned();
        let mut limits = Vec::new();
        loop {
            limits.extend(system(&format!("{root}{at}/{file}")).and_then(|text| number(&text)));
            match at.rfind('/') {
                Some(end) => at.truncate(end),
                None => return limits,
            }
        }
    });
    limits.min()
}

/// `max`, and what is as good, is no limit.
fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok().filter(|number| *number < 1 << 60)
}

fn memory_limit() -> Option<u64> {
    group_limit("memory", "memory.limit_in_bytes", "memory.max")
}

fn tasks() -> Option<u64> {
    group_limit("pids", "pids.max", "pids.max")
}

fn files(limit: Option<u64>) -> Line {
    let next = "allow more open files (ulimit -n, LimitNOFILE): each part and connection is one";
    match limit {
        Some(limit) => Line::by("files", limit, [256, 4_096], format!("{limit} may be open"), next),
        None => Line::ok("files", "no limit is told"),
    }
}

fn threads(user: Option<u64>, group: Option<u64>) -> Line {
    let next = "allow more threads (ulimit -u, TasksMax)";
    match user.into_iter().chain(group).min() {
        Some(limit) => Line::by("threads", limit, [64, 256], format!("{limit} may run"), next),
        None => Line::ok("threads", "no limit is told"),
    }
}

fn memory(all: Option<u64>, group: Option<u64>) -> Line {
    const BOUNDS: [u64; 2] = [512 << 20, 2 << 30];
    let next = "give it 2 GiB, or expect questions to fail";
    let Some(bytes) = all.into_iter().chain(group).min() else {
        return Line::ok("memory", "no limit is told");
    };
    let by = if group == Some(bytes) { "by the limit of its group" } else { "in this machine" };
    let cause = format!("{} {by}", size(bytes));
    Line::by("memory", bytes, BOUNDS, cause, next)
}

fn swap(bytes: Option<u64>) -> Line {
    match bytes {
        None | Some(0) => Line::ok("swap", "none"),
        Some(bytes) => Line::warning(
            "swap",
            format!("{}, to which keys in memory can be written", size(bytes)),
            "encrypt it, or switch it off (swapoff)",
        ),
    }
}

fn cores(cores: usize) -> Line {
    match cores {
        1 => {
            let next = "give it two cores: else questions and records wait for one another";
            Line::warning("cores", "1", next)
        }
        cores => Line::ok("cores", cores.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::State;

    const LIMITS: &str = "\
Limit                     Soft Limit           Hard Limit           Units     
Max stack size            8388608              unlimited            bytes     
Max processes             96365                96365                processes 
Max open files            1024                 20000                files     
Max address space         unlimited            unlimited            bytes     
";

    #[test]
    fn soft_limits_are_read() {
        assert_eq!(limit(LIMITS, "Max open files"), Some(1_024));
        assert_eq!(limit(LIMITS, "Max processes"), Some(96_365));
        assert_eq!(limit(LIMITS, "Max address space"), None);
        assert_eq!(limit("", "Max open files"), None);
    }

    #[test]
    fn memory_is_read() {
        let text = "MemTotal:       24684092 kB\nSwapTotal:             0 kB\n";
        assert_eq!(kib(text, "MemTotal"), Some(24_684_092 << 10));
        assert_eq!(kib(text, "SwapTotal"), Some(0));
        assert_eq!(kib(text, "Mem"), None);
    }

    #[test]
    fn groups_of_both_versions_are_found() {
        let text = "9:name=systemd:/\n4:memory:/box/a\n2:cpu,cpuacct:/\n0::/user.slice/x\n";
        assert_eq!(group(text, "memory"), Some("/box/a"));
        assert_eq!(group(text, "cpuacct"), Some("/"));
        assert_eq!(group(text, ""), Some("/user.slice/x"));
        assert_eq!(group(text, "pids"), None);
        let limits = ["max\n", "9223372036854771712\n", "1073741824\n"].map(number);
        assert_eq!(limits, [None, None, Some(1 << 30)]);
    }

    #[test]
    fn little_of_anything_is_told() {
        let states = |lines: [Line; 3]| lines.map(|line| line.state);
        let all = [State::Bad, State::Warning, State::Ok];
        assert_eq!(states([Some(64), Some(1_024), None].map(files)), all);
        assert_eq!(states([32, 100, 5_000].map(|n| threads(Some(90_000), Some(n)))), all);
        let machine = Some(64 << 30);
        assert_eq!(states([1 << 28, 1 << 30, 1 << 35].map(|n| memory(machine, Some(n)))), all);
        assert_eq!(memory(machine, Some(1 << 35)).cause, "32 GiB by the limit of its group");
        assert_eq!((swap(Some(0)).state, swap(Some(1)).state), (State::Ok, State::Warning));
        assert_eq!((cores(1).state, cores(2).state), (State::Warning, State::Ok));
    }
}
