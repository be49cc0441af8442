//! A person takes one source's word out of a machine, and takes that back.

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::AssetId;
use qlrf_core::time::Timestamp;
use qlrf_store::split::{self as store, Split};
use qlrf_store::{TenantTx, clock, sighting};

use crate::app::reason;
use crate::app::record::{Again, Change, record};
use crate::opcx::OpCx;

/// From now on what this source sees is an asset of its own, whatever it claims to be. Answers the id of the machine that
/// is left.
pub async fn split(cx: &OpCx, asset: AssetId, source: AssetId, reason: &str) -> Result<AssetId> {
    let reason = reason::checked(reason, "say why these are different machines")?;
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    let machine = sighting::machine_of(&mut tx, asset, None).await?.unwrap_or(asset);
    let standing = sighting::standing(&mut tx, &[machine]).await?;
    let mut others = standing.values().filter(|other| other.machine == machine);
    if !others.clone().any(|standing| standing.asset == source) || others.clone().count() < 2 {
        let detail = format!("\"{source}\" is not one of several sources of the asset \"{asset}\"");
        return Err(Error::new(ErrorKind::Conflict, "not_merged", detail)
            .hint("`sources` of the asset lists those that can be split from it"));
    }
    let other = others.find(|standing| standing.asset != source);
    let other = other.map_or(machine, |standing| standing.asset);
    let split = Split {
        asset_id: source.as_uuid(),
        machine_id: machine.as_uuid(),
        at,
        author: cx.actor().to_string(),
        reason: reason.to_owned(),
    };
    store::begin(&mut tx, &split).await?;
    settle_again(
        &mut tx,
        at,
        Again {
            asset: source,
            reason,
        },
    )
    .await?;
    let left = sighting::machine_of(&mut tx, other, None).await?.unwrap_or(other);
    tx.commit().await?;
    Ok(left)
}

/// Takes a split back: identities decide again. Answers the id of the asset that it is part of now.
pub async fn join(cx: &OpCx, asset: AssetId) -> Result<AssetId> {
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    if !store::end(&mut tx, asset, at, &cx.actor().to_string()).await? {
        let detail = format!("nobody split the asset \"{asset}\" from another one");
        return Err(Error::new(ErrorKind::Conflict, "not_split", detail)
            .hint("`split` of an asset tells whether it was"));
    }
    settle_again(&mut tx, at, Again { asset, reason: "" }).await?;
    let now = sighting::machine_of(&mut tx, asset, None).await?.unwrap_or(asset);
    tx.commit().await?;
    Ok(now)
}

async fn settle_again(tx: &mut TenantTx, at: Timestamp, again: Again<'_>) -> Result<()> {
    let change = Change {
        again: Some(again),
        ..Change::default()
    };
    record(tx, at, change).await?.judge(tx, at).await?;
    Ok(())
}
