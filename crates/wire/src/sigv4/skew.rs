//! How far a client's clock may be from ours.

use super::moment::Moment;
use super::{Claimed, Error};

/// The largest difference of clocks that is forgiven, either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew {
    /// In milliseconds.
    pub max_ms: i64,
}

impl Skew {
    /// Five minutes, as most AWS services allow.
    pub const DEFAULT: Self = Self { max_ms: 5 * 60 * 1_000 };

    /// Fifteen minutes, as S3 allows.
    pub const S3: Self = Self { max_ms: 15 * 60 * 1_000 };

    /// Whether a signature made at `claimed.moment` may be used at `now_ms`.
    pub(super) fn check(self, claimed: &Claimed<'_>, now_ms: i64) -> Result<(), Error> {
        let signed_ms = claimed.moment.ms();
        if signed_ms > now_ms.saturating_add(self.max_ms) {
            return Err(self.not_yet_current(&claimed.moment, now_ms));
        }
        match claimed.expires_s {
            Some(life_s) if now_ms > signed_ms.saturating_add(i64::from(life_s) * 1_000) => {
                Err(Error::PresignedExpired)
            }
            None if signed_ms < now_ms.saturating_sub(self.max_ms) => {
                Err(self.expired(&claimed.moment, now_ms))
            }
            _ => Ok(()),
        }
    }

    fn expired(self, signed: &Moment, now_ms: i64) -> Error {
        let bound = Moment::from_ms(now_ms.saturating_sub(self.max_ms));
        let (now, minutes) = (Moment::from_ms(now_ms), self.max_ms / 60_000);
        let (signed, bound, now) = (signed.text(), bound.text(), now.text());
        let message = format!(
            "Signature expired: {signed} is now earlier than {bound} ({now} - {minutes} min.)"
        );
        Error::Expired { message }
    }

    fn not_yet_current(self, signed: &Moment, now_ms: i64) -> Error {
        let bound = Moment::from_ms(now_ms.saturating_add(self.max_ms));
        let (now, minutes) = (Moment::from_ms(now_ms), self.max_ms / 60_000);
        let (signed, bound, now) = (signed.text(), bound.text(), now.text());
        let message = format!(
            "Signature not yet current: {signed} is still later than {bound} \
             ({now} + {minutes} min.)"
        );
        Error::NotYetCurrent { message }
    }
}

impl Default for Skew {
    fn default() -> Self {
        Self::DEFAULT
    }
}
