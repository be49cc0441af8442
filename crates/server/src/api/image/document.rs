//! Contracts as documents: registering, checking, reading back, and a first one from what was seen.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qlrf_core::error::{Error, ErrorKind};
use qlrf_core::id::AssetId;
use qlrf_core::perm::Permission;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view;
use crate::api::types::image::*;
use crate::api::{Json, Path, Problem, Query, Result, document};
use crate::app::image::{self as app, Reference};
use crate::app::rejected::Rejected;
use crate::opcx::OpCx;

const YAML: HeaderValue = HeaderValue::from_static("application/yaml");

/// Registers a version. The body is a contract of any form, in YAML or JSON. The same contract again answers 200.
#[utoipa::path(
    post, path = "/api/v1/images/{image}", tag = "image", params(("image" = String, Path, description = "FAMILY:VERSION")),
    request_body(content(
        (String = "application/yaml"), (serde_json::Value = "application/json"), (String = "text/plain")
    )),
    responses((status = 201, body = Image), (status = 200, body = Image))
)]
pub(super) async fn image_register(
    cx: OpCx,
    Path(image): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response> {
    document::check_type(&headers)?;
    let registered = app::register(&cx, &Reference::parse(&image), &body)
        .await
        .map_err(rejected)?;
    let status = if registered.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(view(registered.details))).into_response())
}

/// Reads a contract and stores nothing.
#[utoipa::path(
    post, path = "/api/v1/images/validate", tag = "image",
    request_body(content(
        (String = "application/yaml"), (serde_json::Value = "application/json"), (String = "text/plain")
    )),
    responses((status = 200, body = ContractReading))
)]
pub(super) async fn image_validate(
    _: OpCx,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<ContractReading>> {
    document::check_type(&headers)?;
    let parsed = app::validate(&body).map_err(rejected)?;
    Ok(Json(ContractReading::of(&parsed)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct StarterQuery {
    /// The asset that the contract is written from.
    #[param(value_type = uuid::Uuid)]
    asset: AssetId,
}

/// A first contract (form A, YAML), written from what was seen of one asset; to be edited and registered.
#[utoipa::path(
    get, path = "/api/v1/images/starter", tag = "image", params(StarterQuery),
    responses((status = 200, body = String, content_type = "application/yaml"))
)]
pub(super) async fn image_starter(cx: OpCx, Query(query): Query<StarterQuery>) -> Result<Response> {
    cx.require(Permission::AssetRead)?;
    let text = app::starter(&cx, query.asset).await?;
    Ok(([(header::CONTENT_TYPE, YAML)], text).into_response())
}

/// The contract exactly as it was sent.
#[utoipa::path(
    get, path = "/api/v1/images/{image}/contract", tag = "image", params(("image" = String, Path)),
    responses((status = 200, body = String, content_type = "application/yaml"))
)]
pub(super) async fn image_contract(cx: OpCx, Path(image): Path<String>) -> Result<Response> {
    let text = app::contract_text(&cx, &Reference::parse(&image)).await?;
    // Every JSON document is a YAML document.
    Ok(([(header::CONTENT_TYPE, YAML)], text).into_response())
}

fn rejected(rejected: Rejected) -> Problem {
    let problems = match rejected {
        Rejected::Error(error) => return error.into(),
        Rejected::Document(problems) => problems,
    };
    let detail = format!("the image contract has {}", document::count(&problems));
    let error = Error::new(ErrorKind::Invalid, "invalid_contract", detail).hint(
        "`docs/contracts/image.md` describes the three forms; `POST /api/v1/images/validate` checks one",
    );
    document::rejected(error, problems)
}
