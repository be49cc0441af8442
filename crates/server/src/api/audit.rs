//! `/audit`: the trail of every change, and the proof that nobody edited it.

use axum::body::Bytes;
use axum::http::{Method, header};
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use qlrf_core::id::OrgId;
use qlrf_core::perm::Permission;
use qlrf_store::audit as store;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};
use uuid::Uuid;

use super::export::flow;
use super::types::audit::{AuditEntry, AuditRecord, AuditVerdict};
use super::types::page::{ListParams, PageBody};
use super::{Json, List, ListFilter, Noun, Page, Query, Result, Route, Routes};
use crate::app;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "audit",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(audit_list, audit_export, audit_verify))]
struct Doc;

fn routes(routes: &mut Routes) {
    routes.get(Permission::AuditRead, "/audit", audit_list);
    let export = Route::new(Method::GET, Permission::AuditRead, "/audit/export").stream();
    routes.declare(export, audit_export);
    routes.get(Permission::AuditRead, "/audit/verify", audit_verify);
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct AuditFilter {
    /// As the trail writes it: `person:admin`.
    actor: Option<String>,
    /// One request: its `begin` and its `end`.
    request_id: Option<Uuid>,
}

impl ListFilter for AuditFilter {
    const SORTS: &'static [&'static str] = &["-seq"];
}

/// The trail, newest first. A `begin` without its `end` is a request whose outcome nobody knows.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "audit", params(ListParams, AuditFilter),
    responses((status = 200, body = PageBody<AuditEntry>))
)]
async fn audit_list(cx: OpCx, list: List<AuditFilter>) -> Result<Page<AuditEntry>> {
    let filter = store::Filter {
        actor: list.filter.actor.clone(),
        request_id: list.filter.request_id,
        until: list.as_of,
    };
    let (rows, total) = app::audit::list(&cx, &filter, list.after()?, list.load_limit()).await?;
    Ok(list.page(rows, total, |row| row.seq, view))
}

/// The whole trail as JSON lines, from the first row on: `qlrf audit verify --file` proves it without a server.
#[utoipa::path(
    get, path = "/api/v1/audit/export", tag = "audit",
    responses((status = 200, body = AuditRecord, content_type = "application/x-ndjson"))
)]
async fn audit_export(cx: OpCx) -> Result<Response> {
    let (org, permit) = (cx.org(), flow::permit(&cx)?);
    let rows = app::audit::export(&cx).await?;
    // An error in the middle breaks the answer off, so that nobody takes a part for the whole.
    let lines = rows.map(move |rows| {
        let rows = rows.map_err(|error| std::io::Error::other(error.to_string()))?;
        let mut text = Vec::new();
        for row in rows {
            serde_json::to_writer(&mut text, &record(org, row))?;
            text.push(b'\n');
        }
        Ok(Bytes::from(text))
    });
    let kind = [(header::CONTENT_TYPE, "application/x-ndjson")];
    Ok((kind, flow::body(permit, lines)).into_response())
}

fn record(org: OrgId, entry: store::Entry) -> AuditRecord {
    AuditRecord {
        org_id: org,
        seq: entry.seq,
        at: entry.at,
        request_id: entry.request_id,
        phase: entry.phase,
        actor: entry.actor,
        permission: entry.permission,
        method: entry.method,
        path: entry.path,
        status: entry.status,
        prev_hash: entry.prev_hash.to_string(),
        hash: entry.hash.to_string(),
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct VerifyQuery {
    /// A head that was written down earlier: the trail must still contain it.
    expect_seq: Option<i64>,
    /// The hash of that head, 64 hexadecimal digits.
    expect_hash: Option<String>,
}

/// Recomputes the whole chain and names the first row that does not hold.
#[utoipa::path(
    get, path = "/api/v1/audit/verify", tag = "audit", params(VerifyQuery),
    responses((status = 200, body = AuditVerdict))
)]
async fn audit_verify(cx: OpCx, Query(query): Query<VerifyQuery>) -> Result<Json<AuditVerdict>> {
    let verdict = app::audit::verify(&cx, query.expect_seq, query.expect_hash.as_deref()).await?;
    Ok(Json(view_verdict(verdict)))
}

pub fn view_verdict(verdict: store::Verdict) -> AuditVerdict {
    match verdict {
        store::Verdict::Intact(head) => AuditVerdict {
            intact: true,
            rows: Some(head.seq),
            head_hash: Some(head.hash.to_string()),
            ..Default::default()
        },
        store::Verdict::Broken { seq, reason } => AuditVerdict {
            broken_seq: Some(seq),
            reason: Some(reason.to_owned()),
            ..Default::default()
        },
    }
}

fn view(entry: store::Entry) -> AuditEntry {
    AuditEntry {
        seq: entry.seq,
        at: entry.at,
        request_id: entry.request_id,
        phase: entry.phase,
        actor: entry.actor,
        permission: entry.permission,
        method: entry.method,
        path: entry.path,
        status: entry.status,
        hash: entry.hash.to_string(),
    }
}
