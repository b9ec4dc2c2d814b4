//! Object Lock: what keeps a version from being deleted, and who may shorten it:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>.

use super::code::Code;
use super::error::Error;
use super::lock_rule::DAYS_MAX;
pub(super) use engine::may_delete;
use model::Timestamp;
use model::resource::{Bucket, LockMode, Object, ObjectLock};

const DAY_MS: i64 = 86_400_000;

/// What a request asks of a new object.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked<'a> {
    pub(super) mode: Option<&'a str>,
    pub(super) until: Option<&'a str>,
    pub(super) legal_hold: Option<&'a str>,
}

/// The lock of a new version: what is asked for, or what the bucket says.
pub(super) fn of_new(
    bucket: &Bucket,
    asked: &Asked<'_>,
    at: Timestamp,
) -> Result<ObjectLock, Error> {
    let is_asked = asked.mode.is_some() || asked.until.is_some() || asked.legal_hold.is_some();
    let Some(setting) = bucket.object_lock else {
        return match is_asked {
            true => Err(Code::InvalidRequest.says("Bucket is missing Object Lock Configuration")),
            false => Ok(ObjectLock::default()),
        };
    };
    let legal_hold = match asked.legal_hold {
        None | Some("OFF") => false,
        Some("ON") => true,
        Some(_) => {
            return Err(Code::InvalidArgument.says("Legal Hold must be either of 'ON' or 'OFF'"));
        }
    };
    let (mode, until) = match (asked.mode, asked.until) {
        (Some(mode), Some(until)) => {
            (Some(parse_mode(mode)?), Some(future(parse_time(until)?, at)?))
        }
        (None, None) => {
            let default = setting.default;
            (default.map(|it| it.mode), default.map(|it| it.period.after(at)))
        }
        _ => {
            return Err(Code::InvalidArgument.says(
                "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be \
                 supplied",
            ));
        }
    };
    Ok(ObjectLock { mode, until, legal_hold })
}

/// A mode by its name.
pub(super) fn parse_mode(text: &str) -> Result<LockMode, Error> {
    match text {
        "GOVERNANCE" => Ok(LockMode::Governance),
        "COMPLIANCE" => Ok(LockMode::Compliance),
        _ => Err(Code::InvalidArgument.says("Unknown wormMode directive.")),
    }
}

/// The name of a mode.
pub(super) const fn mode_name(mode: LockMode) -> &'static str {
    match mode {
        LockMode::Governance => "GOVERNANCE",
        LockMode::Compliance => "COMPLIANCE",
    }
}

/// `2030-01-01T00:00:00Z`, with or without a fraction.
pub(super) fn parse_time(text: &str) -> Result<Timestamp, Error> {
    let wrong =
        || Code::InvalidArgument.says("The retain until date must be provided in ISO 8601 format");
    let (whole, fraction) = text.trim_end_matches('Z').split_once('.').unwrap_or((text, "0"));
    let whole = format!("{}Z", whole.trim_end_matches('Z').trim_end_matches("+00:00"));
    let seconds = model::parse_seconds(whole.as_bytes()).ok_or_else(wrong)?;
    let millis: i64 = format!("{fraction:0<3.3}").parse().map_err(|_| wrong())?;
    Ok(Timestamp(seconds * 1_000 + millis))
}

fn future(until: Timestamp, at: Timestamp) -> Result<Timestamp, Error> {
    if until <= at {
        return Err(Code::InvalidArgument.says("The retain until date must be in the future!"));
    }
    if until.0 > at.0.saturating_add(i64::from(DAYS_MAX) * DAY_MS) {
        return Err(Code::InvalidArgument.says("The retain until date is more than 100 years away"));
    }
    Ok(until)
}

/// A version's retention from now on. Nobody shortens or weakens what `COMPLIANCE` keeps; what
/// `GOVERNANCE` keeps, only who bypasses it.
pub(super) fn retain(
    object: &Object,
    asked: Option<(LockMode, Timestamp)>,
    bypass: bool,
    at: Timestamp,
) -> Result<ObjectLock, Error> {
    let lock = &object.lock;
    let holds = lock.until.filter(|until| *until > at).zip(lock.mode);
    let is_looser = match (holds, asked) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some((until, mode)), Some((new_mode, new_until))) => {
            let weaker = mode == LockMode::Compliance && new_mode == LockMode::Governance;
            new_until < until || weaker || (mode != new_mode && mode == LockMode::Governance)
        }
    };
    let may = match holds.map(|(_, mode)| mode) {
        Some(LockMode::Compliance) => false,
        Some(LockMode::Governance) => bypass,
        None => true,
    };
    if is_looser && !may {
        return Err(protected());
    }
    let asked = asked.map(|(mode, until)| future(until, at).map(|until| (mode, until)));
    let (mode, until) = asked.transpose()?.unzip();
    Ok(ObjectLock { mode, until, ..lock.clone() })
}

/// The error of whoever would delete or loosen what is locked.
pub(super) fn protected() -> Error {
    Code::AccessDenied.says("Access Denied because object protected by object lock.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::AccountId;
    use model::resource::{BucketLock, DefaultRetention, LockPeriod};

    const NOW: Timestamp = Timestamp(1_000_000_000_000);

    fn after(days: i64) -> Timestamp {
        Timestamp(NOW.0 + days * DAY_MS)
    }

    fn object(mode: Option<LockMode>, days: i64, legal_hold: bool) -> Object {
        let text = r#"{"bucket":"b","key":"k","version":"null","order":1,"size":0,"etag":"e",
            "modified":0,"owner":"1","storage_class":"STANDARD"}"#;
        let object: Object = serde_json::from_str(text).unwrap();
        let until = mode.map(|_| after(days));
        Object { lock: ObjectLock { mode, until, legal_hold }, ..object }
    }

    #[test]
    fn nothing_opens_compliance_or_a_legal_hold() {
        use LockMode::{Compliance, Governance};
        assert!(may_delete(&object(None, 0, false), false, NOW));
        assert!(!may_delete(&object(Some(Compliance), 1, false), true, NOW));
        assert!(may_delete(&object(Some(Compliance), -1, false), false, NOW));
        assert!(!may_delete(&object(Some(Governance), 1, false), false, NOW));
        assert!(may_delete(&object(Some(Governance), 1, false), true, NOW));
        assert!(!may_delete(&object(None, 0, true), true, NOW));
    }

    #[test]
    fn retention_grows_but_does_not_shrink() {
        use LockMode::{Compliance, Governance};
        let set = |mode, days, asked: Option<(LockMode, i64)>, bypass| {
            let asked = asked.map(|(mode, days)| (mode, after(days)));
            retain(&object(mode, days, false), asked, bypass, NOW).is_ok()
        };
        assert!(set(None, 0, Some((Governance, 1)), false));
        assert!(set(Some(Compliance), 5, Some((Compliance, 6)), false));
        for asked in [None, Some((Compliance, 4)), Some((Governance, 9))] {
            assert!(!set(Some(Compliance), 5, asked, true), "{asked:?}");
        }
        for asked in [None, Some((Governance, 4)), Some((Compliance, 9))] {
            assert!(!set(Some(Governance), 5, asked, false), "{asked:?}");
            assert!(set(Some(Governance), 5, asked, true), "{asked:?}");
        }
        assert!(!set(None, 0, Some((Governance, -1)), true), "in the past");
        assert!(!set(None, 0, Some((Governance, 36_501)), true), "too far away");
        assert!(set(Some(Compliance), -1, None, false), "over");
    }

    #[test]
    fn a_new_object_takes_the_buckets_default() {
        let account = AccountId::parse("123456789012").unwrap();
        let mut bucket = Bucket::new("b".into(), account, "us-east-1".into(), NOW);
        let asked = Asked { legal_hold: Some("ON"), ..Asked::default() };
        assert!(of_new(&bucket, &asked, NOW).is_err());
        let period = LockPeriod::Days(3);
        let default = Some(DefaultRetention { mode: LockMode::Compliance, period });
        bucket.object_lock = Some(BucketLock { default });
        let lock = of_new(&bucket, &asked, NOW).unwrap();
        assert_eq!(lock.until, Some(after(3)));
        assert!(lock.legal_hold && lock.mode == Some(LockMode::Compliance));
        let half = Asked { mode: Some("GOVERNANCE"), ..Asked::default() };
        assert!(of_new(&bucket, &half, NOW).is_err());
    }

    #[test]
    fn times_are_read_with_and_without_fractions() {
        let at = |text| parse_time(text).ok().map(|at| at.0);
        assert_eq!(at("2001-09-09T01:46:40Z"), Some(1_000_000_000_000));
        assert_eq!(at("2001-09-09T01:46:40.5Z"), Some(1_000_000_000_500));
        assert_eq!(at("2001-09-09T01:46:40.123456Z"), Some(1_000_000_000_123));
        assert_eq!(at("2001-09-09T01:46:40+00:00"), Some(1_000_000_000_000));
        for wrong in ["", "tomorrow", "2001-09-09", "2001-09-09T01:46:40.xZ"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}
