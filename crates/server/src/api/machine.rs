//! `/assets/{id}/split`, `/assets/{id}/join` and `/identity-conflicts`: which sources see one machine.

use qlrf_core::id::AssetId;
use qlrf_core::perm::Permission;
use qlrf_core::time::Timestamp;
use serde_json::Value;
use utoipa::OpenApi;

use super::types::asset::{
    AssetPlace, AssetSource, AssetSplit, ConflictAsset, Identity, IdentityConflict, SourceScope, SplitAsset,
};
use super::{Json, Noun, Path, Result, Routes};
use crate::app::machine::{self as app, Contradiction, Source};
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "machine",
    routes,
    doc: Doc::openapi,
};

/// Told at once; a source that claims nonsense of everything makes as many as it has assets.
const CONFLICTS_MAX: i64 = 200;

#[derive(OpenApi)]
#[openapi(paths(asset_split, asset_join, identity_conflict_list))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.post(Permission::AssetSplit, "/assets/{id}/split", asset_split);
    routes.post(Permission::AssetSplit, "/assets/{id}/join", asset_join);
    routes.get(
        Permission::AssetRead,
        "/identity-conflicts",
        identity_conflict_list,
    );
}

/// What speaks for and against who an asset is.
pub struct KnownBy {
    pub sources: Vec<AssetSource>,
    pub split: Option<AssetSplit>,
    pub conflicts: Vec<IdentityConflict>,
}

/// `id`: that of a fact. What is told as of now is left out of the past.
pub async fn of_asset(cx: &OpCx, id: AssetId, as_of: Option<Timestamp>) -> Result<KnownBy> {
    let sources = app::sources(cx, id, as_of).await?;
    let mut known = KnownBy {
        sources: sources.into_iter().map(source).collect(),
        split: None,
        conflicts: Vec::new(),
    };
    if as_of.is_none() {
        known.split = app::standing_apart(cx, id).await?.map(|split| AssetSplit {
            from_id: split.machine_id,
            at: split.at,
            author: split.author,
            reason: split.reason,
        });
        let conflicts = app::conflicts(cx, Some(id), CONFLICTS_MAX).await?;
        known.conflicts = conflicts.into_iter().map(conflict).collect();
    }
    Ok(known)
}

/// Takes what one source sees out of an asset: from now on it is an asset of its own, whatever it claims to be. Answers
/// the asset that is left.
#[utoipa::path(
    post, path = "/api/v1/assets/{id}/split", tag = "asset", params(("id" = uuid::Uuid, Path)),
    request_body = SplitAsset, responses((status = 200, body = AssetPlace))
)]
async fn asset_split(
    cx: OpCx,
    Path(id): Path<AssetId>,
    Json(body): Json<SplitAsset>,
) -> Result<Json<AssetPlace>> {
    let source = AssetId::from_uuid(body.source);
    let left = app::split(&cx, id, source, &body.reason).await?;
    Ok(Json(AssetPlace {
        asset_id: left.as_uuid(),
    }))
}

/// Takes a split back: the identities of the asset decide again. Answers the asset that it is part of now.
#[utoipa::path(
    post, path = "/api/v1/assets/{id}/join", tag = "asset", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = AssetPlace))
)]
async fn asset_join(cx: OpCx, Path(id): Path<AssetId>) -> Result<Json<AssetPlace>> {
    let now = app::join(&cx, id).await?;
    Ok(Json(AssetPlace {
        asset_id: now.as_uuid(),
    }))
}

/// Identities that several assets claim and that make none of them the same machine; the newest 200.
#[utoipa::path(
    get, path = "/api/v1/identity-conflicts", tag = "asset",
    responses((status = 200, body = Vec<IdentityConflict>))
)]
async fn identity_conflict_list(cx: OpCx) -> Result<Json<Vec<IdentityConflict>>> {
    let found = app::conflicts(&cx, None, CONFLICTS_MAX).await?;
    Ok(Json(found.into_iter().map(conflict).collect()))
}

fn source(Source { row, fields }: Source) -> AssetSource {
    let scope = match (row.account, row.region, row.scope_kind) {
        (Some(account), Some(region), Some(kind)) => Some(SourceScope {
            account,
            region,
            kind,
        }),
        _ => None,
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let proof = row.proof.as_array().into_iter().flatten();
    let proof = proof.map(|one| Identity {
        kind: text(&one["kind"]),
        value: text(&one["value"]),
    });
    AssetSource {
        id: row.asset_id,
        connector_id: row.connector_id,
        connector: row.connector,
        connector_kind: row.connector_kind,
        kind: row.kind,
        native_id: row.native_id,
        scope,
        first_seen: row.first_seen,
        last_seen: row.confirmed_at,
        fields: fields.into_iter().map(str::to_owned).collect(),
        proof: proof.collect(),
    }
}

fn conflict(found: Contradiction) -> IdentityConflict {
    let (kind, value) = found.conflict.claim;
    let assets = found.claimants.into_iter();
    IdentityConflict {
        identity: Identity {
            kind: qlrf_store::asset::word(kind),
            value,
        },
        reason: found.conflict.reason,
        since: found.conflict.since,
        assets: assets
            .map(|claimant| ConflictAsset {
                id: claimant.id,
                name: claimant.name,
            })
            .collect(),
        more: found.more,
    }
}
