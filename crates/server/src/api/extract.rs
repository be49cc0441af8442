//! Arguments of handlers. Whatever is wrong with them is told as problem details.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::Problem;
use super::types::problem::FieldProblem;
use crate::opcx::{App, OpCx};

/// A JSON body, in and out.
pub struct Json<T>(pub T);

/// Path parameters. One that does not parse names nothing: 404.
pub struct Path<T>(pub T);

/// Query parameters; unknown ones are refused when the type says `deny_unknown_fields`, and it should.
pub struct Query<T>(pub T);

/// Put there by the guard for an authenticated actor; a route without the guard cannot have it.
impl FromRequestParts<App> for OpCx {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<OpCx>()
            .cloned()
            .ok_or_else(|| Problem::unauthenticated("this needs an actor"))
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let declared = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        if !declared.is_some_and(is_json) {
            return Err(Problem::unsupported_media_type());
        }
        let bytes = Bytes::from_request(request, app).await.map_err(|rejection| {
            match rejection.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => {
                    Problem::too_large("the body is larger than this route takes")
                }
                _ => Problem::invalid_request("the body broke off before its end"),
            }
        })?;
        parse(&bytes).map(Json)
    }
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let field = FieldProblem {
            path,
            detail: error.inner().to_string(),
            ..FieldProblem::default()
        };
        Problem::invalid_request("the body is not what this route takes").fields(vec![field])
    })?;
    reader
        .end()
        .map_err(|_| Problem::invalid_request("there is something after the end of the JSON body"))?;
    Ok(value)
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, app).await {
            Ok(axum::extract::Path(value)) => Ok(Path(value)),
            Err(_) => Err(Problem::not_found("the path names nothing that exists")),
        }
    }
}

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        serde_urlencoded::from_str(query).map(Query).map_err(|error| {
            Problem::invalid_request(format!("the query is not what this route takes: {error}"))
        })
    }
}
