//! Two pieces of work at a time.

use std::panic::resume_unwind;
use std::thread::scope;

/// Does both, the first on a thread of its own, and waits for both. A panic of either goes on.
pub fn both<A: Send, B>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B) -> (A, B) {
    scope(|scope| {
        let first = scope.spawn(first);
        let second = second();
        (first.join().unwrap_or_else(|panic| resume_unwind(panic)), second)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_both_and_lets_panics_through() {
        assert_eq!(both(|| 1, || "two"), (1, "two"));
        assert!(std::panic::catch_unwind(|| both(|| panic!("first"), || 2)).is_err());
    }
}
