//! How a whole result leaves: a bounded number at once, each no longer than somebody reads it.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::{Stream, StreamExt as _, stream};
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use crate::api::{Problem, Result};
use crate::opcx::OpCx;

/// Results on their way out of one process; each keeps a view of the estate in memory.
pub const EXPORTS_MAX: usize = 8;
/// For how long a reader may take nothing. Then the view goes, and the answer is broken off.
const STALL_MAX: Duration = Duration::from_secs(60);

/// Taken before the work begins; it ends with the body.
pub(in crate::api) fn permit(cx: &OpCx) -> Result<OwnedSemaphorePermit> {
    let exports = cx.app().exports.clone();
    exports.try_acquire_owned().map_err(|_| Problem::overloaded())
}

/// The chunks are made in a task of their own: a body that nobody reads is not even asked whether it stalls.
pub(in crate::api) fn body(
    permit: OwnedSemaphorePermit,
    chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
) -> Body {
    // `None` is the end: without it a part would pass for the whole.
    let (sender, receiver) = mpsc::channel::<Option<io::Result<Bytes>>>(1);
    tokio::spawn(async move {
        let _permit = permit;
        let mut chunks = Box::pin(chunks.map(Some).chain(stream::once(async { None })));
        while let Some(chunk) = chunks.next().await {
            match tokio::time::timeout(STALL_MAX, sender.send(chunk)).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return,
                Err(_) => {
                    tracing::info!("an export was broken off: its reader took nothing for {STALL_MAX:?}");
                    return;
                }
            }
        }
    });
    Body::from_stream(stream::unfold(Some(receiver), |receiver| async move {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Some(chunk)) => Some((chunk, Some(receiver))),
            Some(None) => None,
            None => Some((Err(io::Error::other("broken off: nobody read it")), None)),
        }
    }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::Semaphore;

    use super::*;

    fn chunks() -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        stream::iter(["a", "b", "c", "d"]).map(|text| Ok(Bytes::from(text)))
    }

    async fn permit(of: &Arc<Semaphore>) -> OwnedSemaphorePermit {
        of.clone().acquire_owned().await.expect("never closed")
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_reads_is_given_up_and_does_not_pass_for_the_whole() {
        let one = Arc::new(Semaphore::new(1));
        let mut unread = body(permit(&one).await, chunks()).into_data_stream();
        assert_eq!(unread.next().await.expect("the first").expect("sound"), "a");
        // Time moves on only when everything waits: the permit comes back because the reader stalls.
        drop(permit(&one).await);
        let rest: Vec<_> = unread.collect().await;
        assert!(rest.last().expect("an end").is_err(), "{rest:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_gets_all_of_it() {
        let one = Arc::new(Semaphore::new(1));
        let mut read = body(permit(&one).await, chunks()).into_data_stream();
        let mut text = Vec::new();
        while let Some(chunk) = read.next().await {
            text.extend_from_slice(&chunk.expect("sound"));
            tokio::time::sleep(STALL_MAX / 2).await;
        }
        assert_eq!(text, b"abcd");
        drop(permit(&one).await);
    }
}
