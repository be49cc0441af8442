//! Waiting for a condition instead of for time.

use std::future::Future;
use std::panic::Location;
use std::time::Duration;

use tokio::time::Instant;

const INTERVAL: Duration = Duration::from_millis(10);

/// Asks until the answer is `Some`. Panics at the deadline, naming the line of the caller.
#[track_caller]
pub fn poll<T, F, Fut>(deadline: Duration, mut probe: F) -> impl Future<Output = T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let caller = Location::caller();
    async move {
        let end = Instant::now() + deadline;
        loop {
            let answer = tokio::time::timeout_at(end, probe()).await;
            match answer {
                Ok(Some(value)) => return value,
                Ok(None) if Instant::now() < end => tokio::time::sleep(INTERVAL).await,
                _ => panic!("{caller}: the condition did not hold within {deadline:?}"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::poll;
    use std::time::Duration;

    #[tokio::test]
    async fn polling_ends_with_the_first_answer() {
        let mut asked = 0;
        let answer = poll(Duration::from_secs(5), || {
            asked += 1;
            let asked = asked;
            async move { (asked == 3).then_some(asked) }
        });
        assert_eq!(answer.await, 3);
    }

    #[tokio::test]
    #[should_panic(expected = "did not hold within 20ms")]
    async fn polling_gives_up_even_when_the_probe_hangs() {
        poll(Duration::from_millis(20), std::future::pending::<Option<()>>).await;
    }
}
