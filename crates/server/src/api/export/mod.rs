//! Whole filter results as CSV or NDJSON, written as they are read.
//!
//! A stream holds the fleet view and the places of its rows (four bytes each), and makes a few hundred records at a
//! time: a client that reads slowly costs no more than one that reads fast, and one that stops reading is given up.

mod csv;
pub(super) mod flow;

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures::stream;
use qlrf_core::drift::{DriftSeverity, DriftState};
use qlrf_core::perm::Permission;
use qlrf_core::time::{Timestamp, now};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::page::parse_moment;
use super::types::asset::AssetSummary;
use super::vulnerability::{self, SlaState, VulnerabilityFilter};
use super::{Noun, Query, Result, Routes};
use crate::app::drift_view::severity_at;
use crate::app::vulnerability::{By, Scope};
use crate::fleet::{Filter, Fix, Fleet, Order, Ordinal, Row};
use crate::opcx::OpCx;
use csv::Column;

pub use flow::EXPORTS_MAX;

pub const NOUN: Noun = Noun {
    name: "export",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(asset_export, drift_export, vulnerability_export))]
struct Doc;

/// Records made at a time.
const CHUNK: usize = 500;

fn routes(routes: &mut Routes) {
    routes.get(Permission::AssetRead, "/assets/export", asset_export);
    routes.get(Permission::DriftRead, "/drift/export", drift_export);
    let read = Permission::VulnerabilityRead;
    routes.get(read, "/vulnerabilities/export", vulnerability_export);
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Format {
    /// RFC 4180 with a header line. What a spreadsheet would run as a formula is marked as text.
    #[default]
    Csv,
    /// One JSON object a line, as the list shows it.
    Ndjson,
}

const ASSET: &[Column] = &[
    ("id", "/id"),
    ("name", "/name"),
    ("simulated", "/simulated"),
    ("platform", "/platform"),
    ("kind", "/kind"),
    ("native_id", "/native_id"),
    ("account", "/account"),
    ("region", "/region"),
    ("site", "/site"),
    ("env", "/env"),
    ("project", "/project"),
    ("workload", "/workload"),
    ("owner", "/owner"),
    ("os", "/os"),
    ("os_version", "/os_version"),
    ("state", "/state"),
    ("criticality", "/criticality"),
    ("exposure", "/exposure"),
    ("connector", "/connector"),
    ("image_ref", "/image_ref"),
    ("family", "/family"),
    ("image", "/image"),
    ("drift", "/drift"),
    ("drift_since", "/drift_since"),
    ("differences", "/differences"),
    ("unknowns", "/unknowns"),
    ("packages", "/packages"),
    ("pending_security", "/pending_security"),
    ("first_seen", "/first_seen"),
    ("fact_from", "/fact_from"),
];

const DRIFT: &[Column] = &[
    ("id", "/id"),
    ("name", "/name"),
    ("simulated", "/simulated"),
    ("platform", "/platform"),
    ("site", "/site"),
    ("env", "/env"),
    ("owner", "/owner"),
    ("family", "/family"),
    ("image", "/image"),
    ("state", "/drift"),
    ("severity", "/severity"),
    ("since", "/drift_since"),
    ("versions_behind", "/versions_behind"),
    ("superseded_at", "/superseded_at"),
    ("lag_days", "/lag_days"),
    ("differences", "/differences"),
    ("unknowns", "/unknowns"),
    ("pending_security", "/pending_security"),
];

const VULNERABILITY: &[Column] = &[
    ("id", "/id"),
    ("summary", "/summary"),
    ("severity", "/severity"),
    ("urgency", "/urgency/score"),
    ("cvss", "/cvss/score"),
    ("epss", "/epss/score"),
    ("kev_added", "/kev/date_added"),
    ("kev_due", "/kev/due_date"),
    ("fix", "/fix"),
    ("affected", "/affected"),
    ("judged", "/judged"),
    ("simulated", "/simulated"),
    ("packages", "/packages"),
    ("published", "/published"),
    ("sla_since", "/sla/since"),
    ("sla_due", "/sla/due"),
    ("sla_state", "/sla/state"),
];

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AssetQuery {
    /// `csv` (the default) or `ndjson`.
    #[param(inline)]
    format: Option<Format>,
    /// Filter language, as for the list.
    q: Option<String>,
    /// RFC 3339. Answers with what was believed at that moment.
    as_of: Option<String>,
}

/// Every asset that the filter accepts, by name.
#[utoipa::path(
    get, path = "/api/v1/assets/export", tag = "export", params(AssetQuery),
    responses((status = 200, content((String = "text/csv"), (AssetSummary = "application/x-ndjson"))))
)]
async fn asset_export(cx: OpCx, Query(query): Query<AssetQuery>) -> Result<Response> {
    let as_of = parse_moment(query.as_of.as_deref())?;
    let out = Out::begin(&cx, "assets", query.format, ASSET)?;
    let (fleet, rows) = select(&cx, query.q.as_deref(), as_of, |_, _| true).await?;
    let view = |fleet: &Fleet, row: &Row| super::asset::summary(fleet, row);
    Ok(out.of_rows(fleet, rows, view))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DriftQuery {
    /// `csv` (the default) or `ndjson`.
    #[param(inline)]
    format: Option<Format>,
    /// Filter language, as for the list.
    q: Option<String>,
    #[param(value_type = Option<String>)]
    state: Option<DriftState>,
    #[param(value_type = Option<String>)]
    severity: Option<DriftSeverity>,
    /// RFC 3339. Answers with what was believed at that moment.
    as_of: Option<String>,
}

/// An asset with its drift.
#[derive(Serialize, ToSchema)]
struct DriftRecord {
    #[serde(flatten)]
    asset: AssetSummary,
    /// With the age of the lag.
    #[schema(value_type = String)]
    severity: DriftSeverity,
    versions_behind: Option<i32>,
    #[serde(with = "time::serde::rfc3339::option")]
    superseded_at: Option<time::OffsetDateTime>,
    lag_days: Option<i64>,
}

/// Drift of every asset that the filter accepts, by name.
#[utoipa::path(
    get, path = "/api/v1/drift/export", tag = "export", params(DriftQuery),
    responses((status = 200, content((String = "text/csv"), (DriftRecord = "application/x-ndjson"))))
)]
async fn drift_export(cx: OpCx, Query(query): Query<DriftQuery>) -> Result<Response> {
    let as_of = parse_moment(query.as_of.as_deref())?;
    let at = as_of.unwrap_or_else(now);
    let wanted = |fleet: &Fleet, row: &Row| {
        query.state.is_none_or(|state| fleet.state(row) == state)
            && query
                .severity
                .is_none_or(|severity| severity_at(row, at) == severity)
    };
    let out = Out::begin(&cx, "drift", query.format, DRIFT)?;
    let (fleet, rows) = select(&cx, query.q.as_deref(), as_of, wanted).await?;
    let view = move |fleet: &Fleet, row: &Row| DriftRecord {
        asset: super::asset::summary(fleet, row),
        severity: severity_at(row, at),
        versions_behind: row.behind.versions,
        superseded_at: row.behind.since,
        lag_days: row.behind.days(at),
    };
    Ok(out.of_rows(fleet, rows, view))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct VulnerabilityQuery {
    /// `csv` (the default) or `ndjson`.
    #[param(inline)]
    format: Option<Format>,
    /// RFC 3339. Answers with what was believed at that moment.
    as_of: Option<String>,
    /// As for the list.
    severity: Option<String>,
    urgency: Option<String>,
    kev: Option<bool>,
    fix: Option<Fix>,
    #[param(value_type = Option<String>)]
    sla: Option<SlaState>,
    /// Only assets that this filter accepts.
    q: Option<String>,
}

/// Every vulnerability that the filter accepts, the most urgent first.
#[utoipa::path(
    get, path = "/api/v1/vulnerabilities/export", tag = "export", params(VulnerabilityQuery),
    responses((status = 200, content((String = "text/csv"), (super::types::vulnerability::VulnerabilitySummary = "application/x-ndjson"))))
)]
async fn vulnerability_export(cx: OpCx, Query(query): Query<VulnerabilityQuery>) -> Result<Response> {
    let as_of = parse_moment(query.as_of.as_deref())?;
    let filter = VulnerabilityFilter {
        severity: query.severity,
        urgency: query.urgency,
        kev: query.kev,
        fix: query.fix,
        sla: query.sla,
        q: query.q,
    };
    let wanted = vulnerability::wanted(&filter, as_of)?;
    let out = Out::begin(&cx, "vulnerabilities", query.format, VULNERABILITY)?;
    let scope = Scope::open(&cx, filter.q.as_deref(), as_of).await?;
    let ids: Vec<Arc<str>> = scope
        .list(&wanted, By::Urgency)
        .into_iter()
        .map(|found| found.vulnerability.id.clone())
        .collect();
    let basis = scope.basis();
    let record = move |id: &Arc<str>| {
        let found = scope.get(id).ok()?;
        Some(json(&vulnerability::summary(&scope, &found, &basis, as_of)))
    };
    Ok(out.answer(ids, record))
}

/// Places of the rows that are wanted, by name.
async fn select(
    cx: &OpCx,
    q: Option<&str>,
    as_of: Option<Timestamp>,
    wanted: impl Fn(&Fleet, &Row) -> bool,
) -> Result<(Arc<Fleet>, Vec<Ordinal>)> {
    let filter = Filter::parse(q.unwrap_or_default())?;
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let assets = filter.select(&fleet, as_of.unwrap_or_else(now));
    let rows = fleet.page(&assets, Order::BY_NAME, None, fleet.len());
    let rows = rows.into_iter().filter(|(_, row)| wanted(&fleet, row));
    let rows = rows.map(|(ordinal, _)| ordinal).collect();
    Ok((fleet, rows))
}

fn json(record: &impl Serialize) -> Value {
    serde_json::to_value(record).expect("wire types always serialise")
}

/// One export on its way: what it is called and how it is written.
struct Out {
    permit: OwnedSemaphorePermit,
    name: &'static str,
    format: Format,
    columns: &'static [Column],
}

impl Out {
    fn begin(
        cx: &OpCx,
        name: &'static str,
        format: Option<Format>,
        columns: &'static [Column],
    ) -> Result<Out> {
        Ok(Out {
            permit: flow::permit(cx)?,
            name,
            format: format.unwrap_or_default(),
            columns,
        })
    }

    fn of_rows<T: Serialize>(
        self,
        fleet: Arc<Fleet>,
        rows: Vec<Ordinal>,
        view: impl Fn(&Fleet, &Row) -> T + Send + Sync + 'static,
    ) -> Response {
        self.answer(rows, move |ordinal: &Ordinal| {
            Some(json(&view(&fleet, fleet.row(*ordinal)?)))
        })
    }

    fn answer<K: Send + 'static>(
        self,
        keys: Vec<K>,
        record: impl Fn(&K) -> Option<Value> + Send + 'static,
    ) -> Response {
        let Out {
            permit,
            name,
            format,
            columns,
        } = self;
        let first = match format {
            Format::Csv => {
                let mut out = String::new();
                csv::header(columns, &mut out);
                Some(out)
            }
            Format::Ndjson => None,
        };
        let chunks = stream::unfold(
            (first, 0, keys, record),
            move |(first, start, keys, record)| async move {
                if let Some(first) = first {
                    return Some((Ok(Bytes::from(first)), (None, start, keys, record)));
                }
                let end = keys.len().min(start + CHUNK);
                if start == end {
                    return None;
                }
                let mut out = String::new();
                for record in keys[start..end].iter().filter_map(&record) {
                    match format {
                        Format::Csv => csv::record(columns, &record, &mut out),
                        Format::Ndjson => {
                            out.push_str(&record.to_string());
                            out.push('\n');
                        }
                    }
                }
                Some((Ok(Bytes::from(out)), (None, end, keys, record)))
            },
        );
        let (content_type, suffix) = match format {
            Format::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
            Format::Ndjson => ("application/x-ndjson", "ndjson"),
        };
        let mut response = Response::new(flow::body(permit, chunks));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        let disposition = format!("attachment; filename=\"{name}.{suffix}\"");
        let disposition = HeaderValue::from_str(&disposition).expect("names of exports are plain words");
        headers.insert(header::CONTENT_DISPOSITION, disposition);
        response
    }
}
