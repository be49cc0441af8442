//! Reading and proving the audit trail. Writing it is the guard's work alone.

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

fn invalid(detail: &str) -> Error {
    Error::new(ErrorKind::Invalid, "invalid_request", detail)
}
