//! Reading and proving the audit trail. Writing it is the guard's work alone.

use futures::{Stream, stream};
use qlrf_core::digest::Digest;
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_store::audit::{self, Entry, Filter, Head, Verdict};

use crate::opcx::OpCx;

pub async fn list(cx: &OpCx, filter: &Filter, before: Option<i64>, limit: u32) -> Result<(Vec<Entry>, u64)> {
    let mut tx = cx.tenant().await?;
    let rows = audit::list(&mut tx, filter, before, limit).await?;
    let total = audit::count(&mut tx, filter).await?;
    Ok((rows, total))
}

pub async fn verify(cx: &OpCx, seq: Option<i64>, hash: Option<&str>) -> Result<Verdict> {
    let expect = match (seq, hash) {
        (None, None) => None,
        (Some(seq), Some(hash)) if seq > 0 => {
            let hash =
                Digest::parse(hash).ok_or_else(|| invalid("`expect_hash` is 64 hexadecimal digits"))?;
            Some(Head { seq, hash })
        }
        _ => return Err(invalid("`expect_seq` (from 1) and `expect_hash` belong together")),
    };
    let mut tx = cx.tenant().await?;
    Ok(audit::verify(&mut tx, expect).await?)
}

/// The trail from its first row to the head of this moment, in order, a batch at a time.
pub async fn export(cx: &OpCx) -> Result<impl Stream<Item = Result<Vec<Entry>>> + use<>> {
    let head = audit::head(&mut cx.tenant().await?).await?;
    let cx = cx.clone();
    Ok(stream::try_unfold(0, move |seq| {
        let cx = cx.clone();
        async move {
            if seq >= head.seq {
                return Ok(None);
            }
            let mut rows = audit::read_after(&mut cx.tenant().await?, seq).await?;
            rows.retain(|row| row.seq <= head.seq);
            // A row that somebody removed must not make this wait for ever.
            let next = rows.last().map_or(head.seq, |row| row.seq);
            Ok(Some((rows, next)))
        }
    }))
}

fn invalid(detail: &str) -> Error {
    Error::new(ErrorKind::Invalid, "invalid_request", detail)
}
