//! The judge: brings drift up to date with images that changed.

use std::time::Duration;

use qlrf_core::id::OrgId;
use qlrf_store::{Result, Store, clock};

use super::drift;
use crate::roles::Start;

/// How long a changed image waits when nobody nudged this process.
const LOOK_EVERY: Duration = Duration::from_secs(2);

pub async fn run(mut start: Start) -> anyhow::Result<()> {
    loop {
        if let Err(error) = judge_all(&start.app.store).await {
            tracing::warn!("drift could not be judged: {error}");
        }
        tokio::select! {
            () = start.app.images_changed.notified() => {}
            more = start.stop.sleep(LOOK_EVERY) => if !more { return Ok(()) },
        }
    }
}

async fn judge_all(store: &Store) -> Result<()> {
    let mut tx = store.system("find image changes").await?;
    let orgs: Vec<OrgId> = clock::list_unjudged(&mut tx).await?;
    tx.commit().await?;
    for org in orgs {
        drift::reconcile(store, org).await?;
    }
    Ok(())
}
