//! How long to wait before asking again: full jitter over a doubling window, as "Exponential Backoff And Jitter" (AWS
//! Architecture Blog, 2015) measures it, and never less than the provider asked for.

use std::time::Duration;

pub const ATTEMPTS_MAX: u32 = 6;
/// Of "test connection", which a person waits for.
pub const TEST_ATTEMPTS_MAX: u32 = 2;
const FIRST: Duration = Duration::from_millis(250);
const WINDOW_MAX: Duration = Duration::from_secs(10);
/// Whoever asks for more patience gets this much, and the scope stays unlisted.
const ASKED_MAX: Duration = Duration::from_secs(30);

/// `attempt` counts those that were made.
pub fn wait_before(attempt: u32, asked: Option<Duration>) -> Duration {
    let window = FIRST.saturating_mul(1 << attempt.min(16)).min(WINDOW_MAX);
    let jittered = window.mul_f64(rand::random::<f64>());
    asked.unwrap_or_default().min(ASKED_MAX) + jittered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_bounded() {
        for attempt in 1..40 {
            let free = wait_before(attempt, None);
            assert!(free <= WINDOW_MAX, "{attempt}: {free:?}");
            let asked = wait_before(attempt, Some(Duration::from_secs(7)));
            assert!(asked >= Duration::from_secs(7), "{attempt}: {asked:?}");
            assert!(wait_before(attempt, Some(Duration::MAX)) <= ASKED_MAX + WINDOW_MAX);
        }
    }
}
