//! Connectors: what a tenant has connected, and the collections that it asks for.

use qlrf_connectors::grant::{Grant, Grants};
use qlrf_connectors::inventory::{self, Kind, sim};
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::{AssetId, ConnectorId, SyncId};
use qlrf_core::time::{Timestamp, now};
use qlrf_store::connector::{self as store, Change, Connector, NewConnector};
use qlrf_store::connector_watch::{self, Watch};
use qlrf_store::sync::{self, Sync};
use qlrf_store::{TenantTx, asset, clock, freshness, org, resource};
use serde_json::{Value, json};
use uuid::Uuid;

use super::ingest::remove_assets;
use crate::api::types::connector::{ConnectorChange, ConnectorCreate};
use crate::opcx::OpCx;

const NAME_CHARS_MAX: usize = 100;
const INTERVAL_S_MIN: i32 = 60;
/// Assets closed per transaction when their connector is deleted.
const REMOVE_BATCH: usize = 5_000;
/// "Test connection" answers within this, or says that it could not.
const CHECK_TIME_MAX: std::time::Duration = std::time::Duration::from_secs(10);

/// A connector, and how it does.
pub struct Standing {
    pub connector: Connector,
    /// Its newest collection.
    pub last_sync: Option<Sync>,
    pub watch: Option<Watch>,
}

pub async fn list(cx: &OpCx) -> Result<Vec<Standing>> {
    let mut tx = cx.tenant().await?;
    let mut out = Vec::new();
    for connector in store::list(&mut tx).await? {
        out.push(standing(&mut tx, connector).await?);
    }
    Ok(out)
}

pub async fn get(cx: &OpCx, id: ConnectorId) -> Result<Standing> {
    let mut tx = cx.tenant().await?;
    let connector = get_in(&mut tx, id).await?;
    standing(&mut tx, connector).await
}

pub async fn create(cx: &OpCx, wanted: ConnectorCreate) -> Result<Standing> {
    let id = ConnectorId::generate();
    let mut tx = cx.tenant().await?;
    let syncs = wanted.sync;
    create_in(&mut tx, id, wanted, &cx.app().grants).await?;
    if syncs {
        sync::queue(&mut tx, id, &cx.actor().to_string(), false, now()).await?;
    }
    tx.commit().await?;
    if syncs {
        cx.app().collections_queued.notify_one();
    }
    get(cx, id).await
}

/// Checks and stores a connector; a schedule starts with a sync at once.
async fn create_in(
    tx: &mut TenantTx,
    id: ConnectorId,
    wanted: ConnectorCreate,
    grants: &Grants,
) -> Result<()> {
    let name = checked_name(&wanted.name)?;
    let kind = find_kind(&wanted.kind)?;
    let config = wanted.config.unwrap_or_else(|| json!({}));
    check_config(kind, &config, grant_in(tx, grants).await?)?;
    let interval_s = wanted.interval_s.map(checked_interval).transpose()?;
    let new = NewConnector {
        id,
        name,
        kind: kind.name,
        config: &config,
        simulated: kind.simulated,
        interval_s,
        next_sync_at: interval_s.map(|_| now()),
    };
    if !store::create(tx, &new).await? {
        let detail = format!("there is a connector \"{name}\" already");
        return Err(Error::new(ErrorKind::Conflict, "connector_exists", detail).hint("choose another name"));
    }
    if kind.name == sim::KIND.name {
        super::image::register_simulated(tx, &config).await?;
    }
    Ok(())
}

pub async fn change(cx: &OpCx, id: ConnectorId, wanted: ConnectorChange) -> Result<Standing> {
    let mut tx = cx.tenant().await?;
    let known = get_in(&mut tx, id).await?;
    if let Some(config) = &wanted.config {
        let grant = grant_in(&mut tx, &cx.app().grants).await?;
        check_config(find_kind(&known.kind)?, config, grant)?;
    }
    let interval_s = match wanted.interval_s {
        None => None,
        Some(0) => Some(None),
        Some(seconds) => Some(Some(checked_interval(seconds)?)),
    };
    let change = Change {
        config: wanted.config.as_ref(),
        enabled: None,
        interval_s,
    };
    apply(tx, &known, &change).await?;
    get(cx, id).await
}

pub async fn set_enabled(cx: &OpCx, id: ConnectorId, enabled: bool) -> Result<Standing> {
    enable(cx, id, enabled).await?;
    get(cx, id).await
}

/// A connector that is stopped collects nothing: what is under way stops with it.
async fn enable(cx: &OpCx, id: ConnectorId, enabled: bool) -> Result<()> {
    let mut tx = cx.tenant().await?;
    let known = get_in(&mut tx, id).await?;
    if !enabled {
        stop_sync(cx, &mut tx, id).await?;
    }
    let change = Change {
        enabled: Some(enabled),
        ..Change::default()
    };
    apply(tx, &known, &change).await
}

/// Deletes a connector and answers how many assets left with it. They are closed first, so that their history stays and says until when it was believed.
pub async fn delete(cx: &OpCx, id: ConnectorId) -> Result<u64> {
    enable(cx, id, false).await?;
    let mut removed = 0;
    loop {
        let mut tx = cx.tenant().await?;
        let at = clock::tick(&mut tx).await?;
        let left: Vec<AssetId> = asset::list_of_connector(&mut tx, id).await?;
        let Some(batch) = left.chunks(REMOVE_BATCH).next() else {
            let resources = resource::list_of_connector(&mut tx, id, REMOVE_BATCH as i64).await?;
            if resources.is_empty() {
                freshness::end(&mut tx, id, at).await?;
                store::delete(&mut tx, id).await?;
                tx.commit().await?;
                return Ok(removed);
            }
            resource::close(&mut tx, at, &resources).await?;
            tx.commit().await?;
            continue;
        };
        remove_assets(&mut tx, at, batch).await?;
        tx.commit().await?;
        removed += batch.len() as u64;
    }
}

/// Asks for a collection; a worker picks it up.
pub async fn request_sync(cx: &OpCx, id: ConnectorId, confirm_removals: bool) -> Result<Sync> {
    let mut tx = cx.tenant().await?;
    let known = get_in(&mut tx, id).await?;
    if !known.enabled {
        let detail = format!("the connector \"{}\" is disabled", known.name);
        return Err(Error::new(ErrorKind::Conflict, "connector_disabled", detail).hint("enable it first"));
    }
    let sync = sync::queue(&mut tx, id, &cx.actor().to_string(), confirm_removals, now()).await?;
    tx.commit().await?;
    cx.app().collections_queued.notify_one();
    get_sync(cx, sync).await
}

/// Stops the collection that waits or runs; one that runs ends within seconds, wherever it does.
pub async fn cancel_sync(cx: &OpCx, id: ConnectorId) -> Result<Sync> {
    let mut tx = cx.tenant().await?;
    let known = get_in(&mut tx, id).await?;
    let Some(stopped) = stop_sync(cx, &mut tx, id).await? else {
        let detail = format!("no collection of \"{}\" waits or runs", known.name);
        return Err(Error::new(ErrorKind::Conflict, "sync_not_running", detail)
            .hint("`qlrf connector history` shows how the last one ended"));
    };
    tx.commit().await?;
    Ok(stopped)
}

/// `None`: nothing waits or runs.
async fn stop_sync(cx: &OpCx, tx: &mut TenantTx, id: ConnectorId) -> Result<Option<Sync>> {
    let Some(stopped) = sync::cancel(tx, id, &cx.actor().to_string(), now()).await? else {
        return Ok(None);
    };
    let stopped = find_sync(tx, stopped).await?;
    super::sync::tell_failed(tx, &stopped).await?;
    Ok(Some(stopped))
}

pub async fn get_sync(cx: &OpCx, id: SyncId) -> Result<Sync> {
    find_sync(&mut cx.tenant().await?, id).await
}

async fn find_sync(tx: &mut TenantTx, id: SyncId) -> Result<Sync> {
    sync::find(tx, id).await?.ok_or_else(|| {
        Error::new(
            ErrorKind::NotFound,
            "not_found",
            format!("there is no sync \"{id}\""),
        )
    })
}

/// A page of its collections, newest first, and how many there are in all.
pub async fn list_syncs(
    cx: &OpCx,
    id: ConnectorId,
    (as_of, after): (Option<Timestamp>, Option<(Timestamp, Uuid)>),
    limit: i64,
) -> Result<(Vec<Sync>, u64)> {
    let mut tx = cx.tenant().await?;
    get_in(&mut tx, id).await?;
    let syncs = sync::list(&mut tx, id, as_of, after, limit).await?;
    let total = sync::count(&mut tx, id, as_of).await?;
    Ok((syncs, total.unsigned_abs()))
}

/// Looks at what the connector could see, without collecting it.
pub async fn test(cx: &OpCx, id: ConnectorId) -> Result<inventory::Check> {
    let mut tx = cx.tenant().await?;
    let known = get_in(&mut tx, id).await?;
    let grant = grant_in(&mut tx, &cx.app().grants).await?;
    drop(tx);
    let source = build(find_kind(&known.kind)?, &known.config, grant)?;
    match tokio::time::timeout(CHECK_TIME_MAX, source.check()).await {
        Ok(Ok(check)) => Ok(check),
        Ok(Err(error)) => Ok(inventory::Check {
            ok: false,
            findings: vec![error.to_string()],
        }),
        Err(_) => {
            let finding = format!("it did not answer within {} seconds", CHECK_TIME_MAX.as_secs());
            Ok(inventory::Check {
                ok: false,
                findings: vec![finding],
            })
        }
    }
}

async fn apply(mut tx: TenantTx, known: &Connector, change: &Change<'_>) -> Result<()> {
    let id = ConnectorId::from_uuid(known.id);
    if !store::change(&mut tx, id, known.version, change).await? {
        let detail = format!(
            "the connector \"{}\" was changed by somebody else meanwhile",
            known.name
        );
        return Err(
            Error::new(ErrorKind::Conflict, "version_changed", detail).hint("read it again and repeat")
        );
    }
    tx.commit().await?;
    Ok(())
}

pub async fn get_in(tx: &mut TenantTx, id: ConnectorId) -> Result<Connector> {
    store::find(tx, id).await?.ok_or_else(|| {
        Error::new(
            ErrorKind::NotFound,
            "not_found",
            format!("there is no connector \"{id}\""),
        )
    })
}

async fn standing(tx: &mut TenantTx, connector: Connector) -> Result<Standing> {
    let id = ConnectorId::from_uuid(connector.id);
    let newest = sync::list(tx, id, None, None, 1).await?;
    Ok(Standing {
        last_sync: newest.into_iter().next(),
        watch: connector_watch::find(tx, id).await?,
        connector,
    })
}

fn find_kind(name: &str) -> Result<&'static Kind> {
    inventory::find_kind(name).ok_or_else(|| {
        let known: Vec<&str> = inventory::KINDS.iter().map(|kind| kind.name).collect();
        Error::new(
            ErrorKind::Invalid,
            "connector_kind_unknown",
            format!("there is no kind of connector \"{name}\""),
        )
        .hint(format!("known are {}", known.join(", ")))
    })
}

/// What the connectors of this organisation may use.
pub async fn grant_in(tx: &mut TenantTx, grants: &Grants) -> qlrf_store::Result<Grant> {
    Ok(grants.of(&org::get(tx).await?.slug))
}

fn check_config(kind: &Kind, config: &Value, grant: Grant) -> Result<()> {
    build(kind, config, grant).map(drop)
}

fn build(kind: &Kind, config: &Value, grant: Grant) -> Result<Box<dyn inventory::Inventory>> {
    (kind.build)(config.clone(), grant).map_err(|error| {
        let refused = Error::new(ErrorKind::Invalid, "connector_config_invalid", error.to_string())
            .hint("`GET /api/v1/connectors/kinds` shows the schema of each kind");
        match error.place() {
            Some((place, reason)) => refused.at(format!("config.{place}"), reason),
            None => refused,
        }
    })
}

fn checked_interval(seconds: i32) -> Result<i32> {
    if seconds < INTERVAL_S_MIN {
        let detail = format!("a sync interval has at least {INTERVAL_S_MIN} seconds, not {seconds}");
        let refused = Error::new(ErrorKind::Invalid, "connector_config_invalid", detail.clone());
        return Err(refused.at("interval_s", detail));
    }
    Ok(seconds)
}

fn checked_name(name: &str) -> Result<&str> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        let detail = format!("a connector's name is 1 to {NAME_CHARS_MAX} printable characters");
        let refused = Error::new(ErrorKind::Invalid, "connector_config_invalid", detail.clone());
        return Err(refused.at("name", detail));
    }
    Ok(name)
}
