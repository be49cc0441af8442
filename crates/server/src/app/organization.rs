//! The caller's own organisation.

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_store::org::{self, Org};

use crate::opcx::OpCx;

const NAME_CHARS_MAX: usize = 200;

pub async fn get(cx: &OpCx) -> Result<Org> {
    let mut tx = cx.tenant().await?;
    Ok(org::get(&mut tx).await?)
}

/// `check` sees the version that is about to change, with its row locked.
pub async fn update(cx: &OpCx, name: &str, check: impl FnOnce(&Org) -> Result<()>) -> Result<Org> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        let detail = format!("an organisation's name is 1 to {NAME_CHARS_MAX} printable characters");
        return Err(Error::new(ErrorKind::Invalid, "invalid_organization", detail));
    }
    let mut tx = cx.tenant().await?;
    check(&org::get_for_update(&mut tx).await?)?;
    let org = org::rename(&mut tx, name).await?;
    tx.commit().await?;
    Ok(org)
}
