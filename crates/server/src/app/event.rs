//! Events of the tenant, read back from the outbox.

use qlrf_core::error::Result;
use qlrf_store::outbox::{self, Batch, Cursor};

use crate::opcx::OpCx;

/// Where a reader starts that wants what comes from now on.
pub async fn latest(cx: &OpCx) -> Result<Cursor> {
    let mut tx = cx.tenant().await?;
    Ok(outbox::latest(&mut tx).await?)
}

pub async fn read_after(cx: &OpCx, cursor: Cursor, limit: u32) -> Result<Batch> {
    let mut tx = cx.tenant().await?;
    Ok(outbox::read_after(&mut tx, cursor, limit).await?)
}
