//! The OpenAPI 3.1 document and the matrix role × route, both made from the declared routes.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use qlrf_core::perm::Role;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{Content, Ref, RefOr, ResponseBuilder};

use super::error::PROBLEM_CONTENT_TYPE;
use super::routes::Access;
use super::types::problem::{FieldProblem, ProblemDetails};
use super::{NOUNS, Noun, Route, Routes};

pub const NOUN: Noun = Noun {
    name: "openapi",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(openapi_view))]
struct Doc;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "QL-RF",
        description = "Control tower for mixed estates: observe, judge, plan, act, prove."
    ),
    components(schemas(ProblemDetails, FieldProblem))
)]
struct Root;

fn routes(routes: &mut Routes) {
    routes.public(Method::GET, "/openapi.json", "documentation", openapi_view);
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "health", responses((status = 200, body = serde_json::Value)))]
async fn openapi_view() -> Response {
    static DOCUMENT: LazyLock<String> = LazyLock::new(document_json);
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (headers, DOCUMENT.as_str()).into_response()
}

/// As checked in at `openapi/qlrf.json`.
pub fn document_json() -> String {
    let mut json = document().to_pretty_json().expect("the document is plain data");
    json.push('\n');
    json
}

pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Root::openapi();
    for noun in NOUNS {
        document.merge((noun.doc)());
    }
    for route in super::routes().declared() {
        if let Some(operation) = find_operation(&mut document, route) {
            annotate(operation, route);
        }
    }
    document
}

/// The operation that describes a route, if one does.
pub fn find_operation<'a>(
    document: &'a mut utoipa::openapi::OpenApi,
    route: &Route,
) -> Option<&'a mut Operation> {
    let item: &mut PathItem = document.paths.paths.get_mut(&route.path)?;
    match route.method {
        Method::GET => item.get.as_mut(),
        Method::POST => item.post.as_mut(),
        Method::PUT => item.put.as_mut(),
        Method::PATCH => item.patch.as_mut(),
        Method::DELETE => item.delete.as_mut(),
        _ => None,
    }
}

/// What the guard does on this route, said where clients look.
fn annotate(operation: &mut Operation, route: &Route) {
    let permission = match route.access {
        Access::Permission(permission) => permission.name(),
        Access::Public(_) => "public",
    };
    operation
        .extensions
        .get_or_insert_default()
        .insert("x-permission".to_owned(), permission.into());
    let content = Content::new(Some(RefOr::<utoipa::openapi::Schema>::Ref(
        Ref::from_schema_name("ProblemDetails"),
    )));
    let problem = ResponseBuilder::new()
        .description("What went wrong, with a stable code")
        .content(PROBLEM_CONTENT_TYPE, content)
        .build();
    operation
        .responses
        .responses
        .entry("default".to_owned())
        .or_insert(RefOr::T(problem));
}

/// As checked in at `docs/generated/routes.txt`: who gets past the guard where.
pub fn matrix() -> String {
    let mut out = String::from(
        "Routes and the roles that may call them. Generated; `cargo xtask gen` writes it again.\n\n",
    );
    let declared = super::routes();
    let width = declared
        .declared()
        .iter()
        .map(|route| route.path.len())
        .max()
        .unwrap_or_default();
    let mut lines: Vec<String> = declared
        .declared()
        .iter()
        .map(|route| line(route, width))
        .collect();
    lines.sort();
    for line in lines {
        writeln!(out, "{line}").expect("writing to a string does not fail");
    }
    out
}

fn line(route: &Route, width: usize) -> String {
    let head = format!("{:width$}  {:6}", route.path, route.method.as_str());
    match route.access {
        Access::Public(reason) => format!("{head}  public: {reason}"),
        Access::Permission(permission) => {
            let roles: Vec<&str> = Role::ALL
                .iter()
                .filter(|role| role.may(permission))
                .map(|role| role.name())
                .collect();
            let mark = if permission.is_of_installation() {
                " (installation)"
            } else {
                ""
            };
            format!("{head}  {:20}  {}{mark}", permission.name(), roles.join(" "))
        }
    }
}
