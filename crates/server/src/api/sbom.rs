//! `/assets/{id}/sbom`: the software of one asset as a document that other programs read.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Method, header};
use axum::response::Response;
use qlrf_core::asset::Asset;
use qlrf_core::error::Error;
use qlrf_core::id::AssetId;
use qlrf_core::perm::Permission;
use qlrf_core::time::Timestamp;
use qlrf_engines::sbom::{Inventory, cyclonedx, spdx};
use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::page::parse_moment;
use super::{Noun, Path, Problem, Query, Result, Route, Routes};
use crate::app;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "sbom",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(asset_sbom), components(schemas(SbomFormat)))]
struct Doc;

/// Written before it is sent; with [`PIECES_WAITING`] it bounds what a slow reader costs.
const PIECE_BYTES: usize = 1 << 16;
const PIECES_WAITING: usize = 4;

fn routes(routes: &mut Routes) {
    routes.declare(
        Route::new(Method::GET, Permission::SbomRead, "/assets/{id}/sbom").stream(),
        asset_sbom,
    );
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SbomFormat {
    #[default]
    Cyclonedx,
    Spdx,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SbomQuery {
    /// `cyclonedx` (1.6) or `spdx` (2.3), both JSON.
    #[serde(default)]
    format: SbomFormat,
    /// RFC 3339. Answers with what was believed at that moment.
    as_of: Option<String>,
}

/// The packages of an asset as CycloneDX or SPDX. An asset whose software is not known has none: 404.
#[utoipa::path(
    get, path = "/api/v1/assets/{id}/sbom", tag = "sbom", params(("id" = uuid::Uuid, Path), SbomQuery),
    responses((status = 200, content_type = "application/json", body = serde_json::Value))
)]
async fn asset_sbom(cx: OpCx, Path(id): Path<AssetId>, Query(query): Query<SbomQuery>) -> Result<Response> {
    let as_of = parse_moment(query.as_of.as_deref())?;
    let (fact, set) = app::asset::get(&cx, id, as_of).await?;
    let Some(packages) = set else {
        return Err(Problem::not_found("the software of this asset is not known"));
    };
    let mut document = fact.document;
    document["confidence"].take();
    let asset = Asset::from_document(document)
        .map_err(|error| Error::from(qlrf_store::Error::Corrupt(error.to_string())))?;
    let ecosystem = packages
        .packages()
        .first()
        .map(|package| package.ecosystem.clone());
    let inventory = Inventory {
        os: asset.os,
        ecosystem,
        manager: None,
        packages,
        problems: Vec::new(),
    };
    // The moment that the facts are of, so that the same facts give the same bytes.
    Ok(stream(query.format, inventory, asset.name, fact.recorded_from))
}

fn stream(format: SbomFormat, inventory: Inventory, name: String, created: Timestamp) -> Response {
    let (sender, pieces) = mpsc::channel(PIECES_WAITING);
    tokio::task::spawn_blocking(move || {
        let broken = sender.clone();
        let mut out = io::BufWriter::with_capacity(PIECE_BYTES, Pieces(sender));
        let written = match format {
            SbomFormat::Cyclonedx => cyclonedx::write(&inventory, &name, created, &mut out),
            SbomFormat::Spdx => spdx::write(&inventory, &name, created, &mut out),
        };
        if let Err(error) = written.and_then(|()| io::Write::flush(&mut out)) {
            // Ends the answer as broken off; the reader may be the one who is gone.
            let _ = broken.blocking_send(Err(error));
        }
    });
    let pieces = futures::stream::unfold(pieces, |mut pieces| async move {
        let piece: io::Result<Bytes> = pieces.recv().await?;
        Some((piece, pieces))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let kind = match format {
        SbomFormat::Cyclonedx => "application/vnd.cyclonedx+json; version=1.6",
        SbomFormat::Spdx => "application/spdx+json",
    };
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl io::Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(piece)));
        sent.map(|()| piece.len())
            .map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "the reader is gone"))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
