//! How long a failed job waits for its next attempt.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// Doubles with each failed attempt, up to an hour. `chance`, from 0 to 1, takes away up to half of it, so that what failed together
/// does not come back together.
pub(super) fn delay(failed_attempt: i32, chance: f64) -> Duration {
    let doublings = u32::try_from(failed_attempt.saturating_sub(1)).unwrap_or(0).min(20);
    let whole = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    whole.mul_f64(1.0 - chance.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_doubles_until_an_hour() {
        let whole: Vec<_> = (1..=12).map(|attempt| delay(attempt, 0.0).as_secs()).collect();
        assert_eq!(whole, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
    }

    proptest! {
        #[test]
        fn chance_takes_away_at_most_half(attempt: i32, chance in -1.0..2.0) {
            let (whole, found) = (delay(attempt, 0.0), delay(attempt, chance));
            prop_assert!(found <= whole && found >= whole / 2);
        }
    }
}
