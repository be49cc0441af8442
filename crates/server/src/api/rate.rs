//! Rate limits: token buckets in memory, bounded in number.
//!
//! Each process counts on its own; `n` API processes let through `n` times as much.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use uuid::Uuid;

/// Requests of one actor: enough for a page that asks for everything at once, and for a script in a loop.
const ACTOR: Rate = Rate {
    burst: 400.0,
    per_second: 100.0,
};
/// Attempts to sign in, and wrong credentials, from one address: a person mistypes, a program guesses.
const ATTEMPT: Rate = Rate {
    burst: 20.0,
    per_second: 20.0 / 60.0,
};
/// Buckets kept per limit. Beyond it the fullest, which limit nobody, are forgotten.
const BUCKETS_MAX: usize = 10_000;

#[derive(Clone, Copy)]
struct Rate {
    burst: f64,
    per_second: f64,
}

pub struct RateLimits {
    actors: Limiter<Uuid>,
    attempts: Limiter<IpAddr>,
}

impl Default for RateLimits {
    fn default() -> RateLimits {
        RateLimits {
            actors: Limiter::new(ACTOR),
            attempts: Limiter::new(ATTEMPT),
        }
    }
}

impl RateLimits {
    /// `Err` tells how long to wait.
    pub fn take_actor(&self, actor: Uuid) -> Result<(), Duration> {
        self.actors.take(actor, Instant::now())
    }

    pub fn take_attempt(&self, address: IpAddr) -> Result<(), Duration> {
        self.attempts.take(address, Instant::now())
    }
}

struct Limiter<K> {
    rate: Rate,
    buckets: Mutex<HashMap<K, Bucket>>,
}

struct Bucket {
    left: f64,
    at: Instant,
}

impl<K: Eq + Hash + Copy> Limiter<K> {
    fn new(rate: Rate) -> Limiter<K> {
        Limiter {
            rate,
            buckets: Mutex::new(HashMap::new()),
        }
    }

    fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        let mut buckets = self
            .buckets
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if buckets.len() >= BUCKETS_MAX && !buckets.contains_key(&key) {
            make_room(&mut buckets, self.rate, now);
        }
        let bucket = buckets.entry(key).or_insert(Bucket {
            left: self.rate.burst,
            at: now,
        });
        bucket.left = refilled(bucket, self.rate, now);
        bucket.at = now;
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64(
            (1.0 - bucket.left) / self.rate.per_second,
        ))
    }
}

fn refilled(bucket: &Bucket, rate: Rate, now: Instant) -> f64 {
    let seconds = now.saturating_duration_since(bucket.at).as_secs_f64();
    (bucket.left + seconds * rate.per_second).min(rate.burst)
}

/// Forgets full buckets; where a flood of keys left none full, forgets the one that was idle longest.
fn make_room<K: Eq + Hash + Copy>(buckets: &mut HashMap<K, Bucket>, rate: Rate, now: Instant) {
    buckets.retain(|_, bucket| refilled(bucket, rate, now) < rate.burst);
    while buckets.len() >= BUCKETS_MAX {
        let Some(oldest) = buckets
            .iter()
            .min_by_key(|(_, bucket)| bucket.at)
            .map(|(key, _)| *key)
        else {
            return;
        };
        buckets.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_refills() {
        let limiter = Limiter::new(Rate {
            burst: 2.0,
            per_second: 1.0,
        });
        let start = Instant::now();
        assert!(limiter.take(1, start).is_ok());
        assert!(limiter.take(1, start).is_ok());
        assert_eq!(limiter.take(1, start), Err(Duration::from_secs(1)));
        assert!(limiter.take(2, start).is_ok(), "another key has its own bucket");
        assert!(limiter.take(1, start + Duration::from_secs(1)).is_ok());
    }

    #[test]
    fn the_number_of_buckets_is_bounded() {
        let limiter = Limiter::new(Rate {
            burst: 1.0,
            per_second: 0.000_001,
        });
        let start = Instant::now();
        for key in 0..BUCKETS_MAX + 50 {
            let _ = limiter.take(key, start + Duration::from_millis(key as u64));
        }
        assert!(limiter.buckets.lock().unwrap().len() <= BUCKETS_MAX);
    }
}
