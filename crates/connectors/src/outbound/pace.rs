//! The pace of requests: an even stream at the rate that was set, with a second's worth at once at the beginning.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

const BURST: Duration = Duration::from_secs(1);

pub struct Pace {
    every: Duration,
    /// When the next request would be due if all had come evenly.
    due: Mutex<Instant>,
}

impl Pace {
    pub fn new(per_second: u32) -> Pace {
        Pace {
            every: Duration::from_secs(1) / per_second.max(1),
            due: Mutex::new(Instant::now()),
        }
    }

    pub async fn wait(&self) {
        tokio::time::sleep_until(self.book(Instant::now())).await;
    }

    /// When the request may go.
    fn book(&self, now: Instant) -> Instant {
        let mut due = self.due.lock().expect("nothing panics while it is locked");
        let from = (*due).max(now);
        *due = from + self.every;
        // `max`: early in the life of a machine there is no second to go back by.
        from.checked_sub(BURST.saturating_sub(self.every))
            .unwrap_or(now)
            .max(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_followed_by_an_even_stream() {
        let pace = Pace::new(10);
        let start = Instant::now() + Duration::from_secs(3600);
        let waits: Vec<u128> = (0..13)
            .map(|_| pace.book(start).duration_since(start).as_millis())
            .collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 200, 300]);
        // Idle time is not saved up beyond one burst.
        let later = start + Duration::from_secs(60);
        let at_once = (0..20).filter(|_| pace.book(later) == later).count();
        assert_eq!(at_once, 10);
    }
}
