//! How much the feeds hold. Counting is a pass over every row, and only an import changes the answer.

use std::sync::Mutex;

use qlrf_core::error::Result;
use qlrf_core::time::Timestamp;
use qlrf_store::feed::{self as store, Held};

use crate::opcx::OpCx;

/// The counts after the newest import that was seen.
#[derive(Default)]
pub(super) struct HeldCounts(Mutex<Option<(Option<Timestamp>, Held)>>);

pub async fn held(cx: &OpCx) -> Result<Held> {
    let known = &cx.app().feeds.held.0;
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let newest = store::newest_import(&mut tx, None).await?;
    let kept = *known.lock().expect("nothing panics while it is locked");
    if let Some((_, held)) = kept.filter(|(at, _)| *at == newest) {
        return Ok(held);
    }
    let held = store::count(&mut tx).await?;
    *known.lock().expect("nothing panics while it is locked") = Some((newest, held));
    Ok(held)
}
