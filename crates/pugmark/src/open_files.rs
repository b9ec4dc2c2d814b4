//! How many files this process may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The most that macOS grants where it says that there is no limit.
const UNLIMITED: u64 = 10_240;

/// Raises the limit to all that the system allows, and returns it. Shells give 1,024 for the sake
/// of programs older than ours; here each part and each connection takes one.
pub(crate) fn raise() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let now = current.unwrap_or(u64::MAX);
    let most = maximum.unwrap_or(UNLIMITED).max(now);
    let raised = Rlimit { current: Some(most), maximum };
    let is_raised = now < most && setrlimit(Resource::Nofile, raised).is_ok();
    usize::try_from(if is_raised { most } else { now }).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_to_raise() {
        let raised = raise();
        assert!(raised >= 256, "{raised}");
        assert_eq!(raise(), raised);
    }
}
