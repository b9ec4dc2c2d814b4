//! `PUGMARK_TUNE`: what the engine does rarely, done often. For the crash lab; nobody else needs
//! it, and every value is safe.

/// Changes of the engine's settings: `seal_records=2000,seal_age_ms=1000,…`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tune(Vec<(String, u64)>);

/// Smaller ones would only keep the disk busy.
const LEAST: u64 = 100;

impl Tune {
    /// Reads `name=number`, joined by commas.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let pairs = text.split(',').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, number) = pair.split_once('=')?;
            let number = number.parse().ok().filter(|number| *number >= LEAST)?;
            let mut probe = engine::Settings::default();
            set(&mut probe, name, number).then(|| (name.to_owned(), number))
        });
        let pairs: Option<Vec<_>> = pairs.collect();
        pairs.map(Self).ok_or_else(|| {
            format!("write seal_records=N,seal_age_ms=N,… with numbers from {LEAST} on")
        })
    }

    /// The settings with the changes.
    pub(crate) fn apply(&self, mut settings: engine::Settings) -> engine::Settings {
        for (name, number) in &self.0 {
            set(&mut settings, name, *number);
        }
        settings
    }
}

/// Whether there is such a setting; then it is set.
fn set(settings: &mut engine::Settings, name: &str, number: u64) -> bool {
    let size = usize::try_from(number).unwrap_or(usize::MAX);
    match name {
        "seal_records" => settings.seal_records = size,
        "seal_bytes" => settings.seal_bytes = size,
        "seal_age_ms" => settings.seal_age_ms = i64::try_from(number).unwrap_or(i64::MAX),
        "snapshot_bytes" => settings.snapshot_bytes = number,
        "segment_bytes" => settings.segment_bytes = number,
        "draft_bytes" => settings.draft_bytes = size,
        "tail_bytes" => settings.tail_bytes = size,
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_what_is_named_and_refuses_the_rest() {
        let tune = Tune::parse("seal_records=2000,segment_bytes=1048576").unwrap();
        let tuned = tune.apply(engine::Settings::default());
        assert_eq!((tuned.seal_records, tuned.segment_bytes), (2_000, 1 << 20));
        assert_eq!(tuned.seal_age_ms, engine::Settings::default().seal_age_ms);
        for wrong in ["seal_records", "seal_records=0", "seal_records=x", "threads=100"] {
            assert!(Tune::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Tune::parse("").unwrap(), Tune::default());
    }
}
