//! Every id of the story: a hash of (seed, what it names, ordinal), the same on every machine.

/// What an id names; one sequence of ids for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// `eventID`.
    Event = 1,
    /// `requestID`.
    Request,
    /// `sharedEventID` of a call recorded in two accounts.
    Shared,
    /// `requestID` of such a call.
    SharedRequest,
    /// The second id that S3 gives to a request.
    Trace,
    /// The temporary key of a pipeline run.
    Run,
    /// The temporary key of the same run in the payments account.
    Deployment,
    /// The temporary key of a console session.
    Console,
    /// The temporary key of a container or function.
    Task,
    /// The temporary key of a weekly audit.
    Audit,
    /// The temporary key of a developer's working day.
    Developer,
    /// The minute a person starts the day, or a job starts its work.
    Start,
    /// What happens in a background record.
    Draw,
    /// Which record of its stretch is the denied one.
    Denial,
}

/// The source of ids.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ids {
    seed: u64,
}

impl Ids {
    /// Ids for one seed.
    pub(super) const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// A sequence of numbers belonging to one thing.
    pub(super) const fn draw(&self, what: What, ordinal: u64) -> Draw {
        Draw { state: mix(mix(mix(self.seed) ^ what as u64) ^ ordinal) }
    }

    /// A lower-case UUID of version 4's shape.
    pub(super) fn uuid(&self, what: What, ordinal: u64) -> String {
        let mut draw = self.draw(what, ordinal);
        let (high, low) = (draw.next(), draw.next());
        let (a, b, c) = (high >> 32, (high >> 16) & 0xffff, high & 0x0fff);
        let (d, e) = (((low >> 48) & 0x3fff) | 0x8000, low & 0xffff_ffff_ffff);
        format!("{a:08x}-{b:04x}-4{c:03x}-{d:04x}-{e:012x}")
    }

    /// The id of a temporary access key: `ASIA` and sixteen more.
    pub(super) fn key(&self, what: What, ordinal: u64) -> String {
        self.draw(what, ordinal).letters("ASIA", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)
    }

    /// The id S3 gives to a request.
    pub(super) fn s3_request(&self, ordinal: u64) -> String {
        self.draw(What::Request, ordinal).letters("", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", 16)
    }

    /// The longer second id S3 gives to a request.
    pub(super) fn s3_trace(&self, ordinal: u64) -> String {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        self.draw(What::Trace, ordinal).letters("", alphabet, 75) + "="
    }
}

/// A sequence of numbers that look drawn by lot and are always the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draw {
    state: u64,
}

impl Draw {
    /// The next number.
    pub(super) const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// The next number, below `limit`; 0 when `limit` is 0.
    pub(super) const fn below(&mut self, limit: u64) -> u64 {
        // A limit of 0 has nothing below it; the remainder alone would divide by it.
        if limit == 0 { 0 } else { self.next() % limit }
    }

    /// The next count of seconds, below `limit_s`.
    pub(super) fn seconds(&mut self, limit_s: i64) -> i64 {
        let limit = u64::try_from(limit_s).unwrap_or(0);
        i64::try_from(self.below(limit)).unwrap_or(0)
    }

    /// One of `choices`; `None` when there are none.
    pub(super) fn one_of<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        let index = self.below(choices.len() as u64);
        usize::try_from(index).ok().and_then(|index| choices.get(index))
    }

    /// `prefix` and `length` letters of `alphabet`.
    fn letters(&mut self, prefix: &str, alphabet: &[u8], length: usize) -> String {
        let mut out = String::with_capacity(prefix.len() + length + 1);
        out.push_str(prefix);
        for _ in 0..length {
            out.extend(self.one_of(alphabet).map(|&letter| char::from(letter)));
        }
        out
    }
}

/// The finisher of splitmix64: every bit of the answer hangs on every bit of the question.
const fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_ids_of_the_right_shape() {
        let ids = Ids::new(7);
        let uuid = ids.uuid(What::Event, 1);
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&uuid.as_bytes()[19]));
        assert_eq!(ids.key(What::Run, 1).len(), 20);
        assert_eq!(ids.s3_request(1).len(), 16);
        assert_eq!(ids.s3_trace(1).len(), 76);
    }

    #[test]
    fn gives_the_same_id_to_the_same_thing_only() {
        let id = |seed, what, ordinal| Ids::new(seed).uuid(what, ordinal);
        assert_eq!(id(1, What::Event, 1), id(1, What::Event, 1));
        assert_ne!(id(1, What::Event, 1), id(2, What::Event, 1));
        assert_ne!(id(1, What::Event, 1), id(1, What::Request, 1));
        assert_ne!(id(1, What::Event, 1), id(1, What::Event, 2));
    }

    #[test]
    fn draws_below_the_limit() {
        let mut draw = Ids::new(0).draw(What::Draw, 0);
        assert!((0..1_000).all(|_| draw.below(7) < 7));
        assert_eq!(draw.below(0), 0);
        assert_eq!(draw.one_of::<u8>(&[]), None);
    }
}
