//! Medians and percentiles of a few hundred numbers.

use std::time::Duration;

/// The middle of the numbers; of an even count the lower of the two; zero of none.
pub(crate) fn median(numbers: &[f64]) -> f64 {
    percentile(numbers, 50.0)
}

/// The smallest number that at least `percent` of them do not exceed (nearest rank).
pub(crate) fn percentile(numbers: &[f64], percent: f64) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank in a list")]
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

/// Milliseconds with their fraction.
pub(crate) fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_nearest_rank() {
        let numbers: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(percentile(&numbers, 50.0), 100.0);
        assert_eq!(percentile(&numbers, 99.0), 198.0);
        assert_eq!(percentile(&numbers, 100.0), 200.0);
    }

    #[test]
    fn takes_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0]), 1.0);
        assert_eq!(median(&[]), 0.0);
    }
}
