//! Facts that were carried here: a signed bundle of one host becomes what a collection of that host would have been, as old
//! as the bundle says.

use qlrf_connectors::inventory::offline::bundle::{self, BundleError, Facts};
use qlrf_connectors::inventory::offline::{KIND, OfflineConfig};
use qlrf_connectors::inventory::{ConnectError, Observed, Sink as _};
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::ConnectorId;
use qlrf_core::time::{Duration, Timestamp, now};
use qlrf_store::connector::Connector;
use qlrf_store::{scope, sync};
use time::format_description::well_known::Rfc3339;

use super::ingest::{Ingest, Tally};
use super::sync::{Failure, Lease, conclude, next_sync_at};
use crate::opcx::OpCx;

/// Clocks of hosts without a route go wrong; facts of the future would never be superseded.
const AHEAD_MAX: Duration = Duration::minutes(5);
const HOST: &str = "host";

/// What a bundle brought.
pub struct Imported {
    pub sync: sync::Sync,
    /// The name of the key that signed it.
    pub signed_by: String,
    pub name: String,
    pub collected_at: Timestamp,
}

pub async fn import(cx: &OpCx, id: ConnectorId, bytes: &[u8]) -> Result<Imported> {
    let connector = super::connector::get(cx, id).await?.connector;
    let (facts, signed_by) = verified(&connector, bytes)?;
    let place = Scope {
        account: facts.asset.native_id.clone(),
        region: "-".to_owned(),
        kind: HOST.to_owned(),
    };
    let owner = format!("import {}", uuid::Uuid::now_v7());
    let lease = Lease::take(cx.store(), cx.org(), id, &owner).await?;
    let lease = lease.ok_or_else(|| {
        Error::new(
            ErrorKind::Conflict,
            "connector_busy",
            format!("\"{}\" takes in facts at the moment", connector.name),
        )
        .hint("import the bundle again in a moment")
    })?;
    let outcome = import_leased(cx, &connector, &lease, &place, facts).await;
    lease.give_back(cx.store(), cx.org()).await?;
    let (sync, name, collected_at) = outcome?;
    Ok(Imported {
        sync,
        signed_by,
        name,
        collected_at,
    })
}

fn verified(connector: &Connector, bytes: &[u8]) -> Result<(Facts, String)> {
    if connector.kind != KIND.name {
        let detail = format!("\"{}\" is of the kind \"{}\"", connector.name, connector.kind);
        return Err(Error::new(ErrorKind::Conflict, "connector_not_offline", detail)
            .hint("bundles are imported into a connector of the kind `offline`"));
    }
    let config = OfflineConfig::parse(connector.config.clone())
        .map_err(|error| Error::new(ErrorKind::Conflict, "connector_config_invalid", error.to_string()))?;
    let (mut facts, signed_by) = bundle::read(bytes, config.trusted()).map_err(|error| match error {
        BundleError::Malformed(_) => Error::new(ErrorKind::Invalid, "bundle_malformed", error.to_string()),
        BundleError::Untrusted => Error::new(ErrorKind::Invalid, "bundle_untrusted", error.to_string())
            .hint("the connector's `keys` name whose bundles are taken"),
    })?;
    if facts.collected_at > now() + AHEAD_MAX {
        let detail = format!(
            "it says that it was collected at {}, which is still to come",
            written(facts.collected_at)
        );
        return Err(Error::new(ErrorKind::Invalid, "bundle_from_the_future", detail)
            .hint("set the clock of the host"));
    }
    facts.asset.platform = config.platform.into();
    Ok((facts, signed_by.to_owned()))
}

async fn import_leased(
    cx: &OpCx,
    connector: &Connector,
    lease: &Lease,
    place: &Scope,
    facts: Facts,
) -> Result<(sync::Sync, String, Timestamp)> {
    let id = ConnectorId::from_uuid(connector.id);
    let (name, collected_at) = (facts.asset.name.clone(), facts.collected_at);
    let mut tx = cx.tenant().await?;
    lease.confirm(&mut tx).await?;
    refuse_older(scope::completed_at(&mut tx, id, place).await?, collected_at)?;
    sync::queue(&mut tx, id, &cx.actor().to_string(), false, now()).await?;
    let started = sync::start_next(&mut tx, id, now()).await?;
    let mut sync = started.expect("one was queued in this transaction");
    tx.commit().await?;
    let ingest = Ingest::begin(cx.store().clone(), cx.org(), id, lease.clone(), false).await?;
    let taken = take(ingest.listed_at(collected_at), place, facts).await;
    conclude(&mut sync, taken);
    let mut tx = cx.tenant().await?;
    lease.confirm(&mut tx).await?;
    sync::end(&mut tx, &sync, next_sync_at(connector, &sync)).await?;
    tx.commit().await?;
    Ok((sync, name, collected_at))
}

fn refuse_older(held: Option<Timestamp>, offered: Timestamp) -> Result<()> {
    match held.filter(|held| *held > offered) {
        None => Ok(()),
        Some(held) => Err(Error::new(
            ErrorKind::Conflict,
            "bundle_older_than_held",
            format!(
                "it is of {}, and what is known of this host is of {}",
                written(offered),
                written(held)
            ),
        )),
    }
}

async fn take(mut ingest: Ingest, place: &Scope, facts: Facts) -> std::result::Result<Tally, Failure> {
    let observed = Observed {
        asset: facts.asset,
        files: None,
    };
    let taking = async {
        ingest.assets(place, vec![observed]).await?;
        ingest.close(place, ScopeOutcome::Complete).await?;
        ingest
            .finish()
            .await
            .map_err(|error| ConnectError::Sink(error.to_string()))
    };
    taking.await.map_err(|error| Failure::collection(&error))
}

fn written(at: Timestamp) -> String {
    at.format(&Rfc3339).unwrap_or_else(|_| at.to_string())
}
