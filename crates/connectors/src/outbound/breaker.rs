//! Circuit breakers, one for each host: after some failures in a row nothing is asked of it for a while, and then one request
//! finds out. A region that is down costs a collection seconds, and not patience for each page.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::{CallError, Outage};

/// Requests, each with all of its attempts.
const FAILURES_MAX: u32 = 3;
const OPEN_FOR: Duration = Duration::from_secs(60);

#[derive(Default)]
pub struct Breakers(Mutex<HashMap<String, Failing>>);

struct Failing {
    outage: Outage,
    /// Nothing is asked before; moved on when somebody sets out to try.
    until: Instant,
}

impl Breakers {
    pub fn check(&self, host: &str) -> Result<(), CallError> {
        self.check_at(host, Instant::now())
    }

    fn check_at(&self, host: &str, now: Instant) -> Result<(), CallError> {
        let mut all = self.0.lock().expect("nothing panics while it is locked");
        let Some(failing) = all
            .get_mut(host)
            .filter(|failing| failing.outage.failures >= FAILURES_MAX)
        else {
            return Ok(());
        };
        if now < failing.until {
            return Err(CallError::CircuitOpen {
                host: host.to_owned(),
                outage: failing.outage.clone(),
            });
        }
        failing.until = now + OPEN_FOR;
        Ok(())
    }

    pub fn worked(&self, host: &str) {
        self.0
            .lock()
            .expect("nothing panics while it is locked")
            .remove(host);
    }

    pub fn failed(&self, host: &str, error: &CallError) {
        self.failed_at(host, error, Instant::now());
    }

    fn failed_at(&self, host: &str, error: &CallError, now: Instant) {
        if !error.is_passing() {
            return;
        }
        let mut all = self.0.lock().expect("nothing panics while it is locked");
        let failures = all.get(host).map_or(0, |failing| failing.outage.failures) + 1;
        let last = error.to_string();
        let failing = Failing {
            outage: Outage { failures, last },
            until: now + OPEN_FOR,
        };
        all.insert(host.to_owned(), failing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circuit_opens_lets_one_try_and_closes() {
        let (breakers, start) = (Breakers::default(), Instant::now());
        let down = CallError::timed_out("a");
        for _ in 0..FAILURES_MAX {
            assert!(breakers.check_at("a", start).is_ok());
            breakers.failed_at("a", &down, start);
        }
        let refused = breakers.check_at("a", start);
        assert!(
            matches!(refused, Err(CallError::CircuitOpen { .. })),
            "{refused:?}"
        );
        assert!(breakers.check_at("b", start).is_ok(), "another host is asked");
        let later = start + OPEN_FOR;
        assert!(breakers.check_at("a", later).is_ok(), "one finds out");
        assert!(breakers.check_at("a", later).is_err(), "the others wait for it");
        breakers.worked("a");
        assert!(breakers.check_at("a", later).is_ok());
    }

    #[test]
    fn what_is_wrong_with_a_question_opens_no_circuit() {
        let breakers = Breakers::default();
        for _ in 0..10 {
            breakers.failed("a", &CallError::Address("it names no host".into()));
        }
        assert!(breakers.check("a").is_ok());
    }
}
