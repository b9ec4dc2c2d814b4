//! `EnableKeyRotation`:
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html>
//!
//! From each turn on, the key encrypts with other bits, which follow from its material. Nothing is
//! encrypted anew.

use super::prelude::*;
use super::{target, told};
use model::resource::Rotation;

const PERIOD_DAYS: std::ops::RangeInclusive<i64> = 90..=2_560;

/// Which key, and how often.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    key_id: String,
    rotation_period_in_days: Option<i64>,
}

/// Proposes that the key turns by itself.
pub fn handle(state: &State, caller: &Caller, input: Input) -> Result<(Answer<()>, Effect), Error> {
    let action = "EnableKeyRotation";
    let mut key = target::find_lasting(state, caller, &input.key_id, action)?.clone();
    engine::check_key(&key)?;
    let old = key.rotation;
    let period_days = period(input.rotation_period_in_days, old)?;
    if old.since.is_none() || old.period_days != period_days {
        let turns = old.turns_at(caller.at());
        key.rotation = Rotation { since: Some(caller.at()), period_days, turns };
    }
    Ok(told::changed(key))
}

fn period(asked: Option<i64>, old: Rotation) -> Result<u32, Error> {
    let usual = if old.since.is_some() { old.period_days } else { Rotation::OFF.period_days };
    match asked {
        None => Ok(usual),
        Some(days) if PERIOD_DAYS.contains(&days) => Ok(u32::try_from(days).unwrap_or(usual)),
        Some(days) => Err(Error::Validation(format!(
            "`RotationPeriodInDays` is {days}: ask for 90 to 2560"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;

    #[test]
    fn a_period_has_bounds_and_stays_unless_asked_for() {
        let on = Rotation { since: Some(Timestamp(0)), period_days: 100, turns: 0 };
        assert_eq!(period(None, Rotation::OFF), Ok(365));
        assert_eq!(period(None, on), Ok(100));
        assert_eq!(period(Some(90), on), Ok(90));
        for wrong in [89, 2_561, -1] {
            assert!(period(Some(wrong), on).is_err(), "{wrong}");
        }
    }
}
