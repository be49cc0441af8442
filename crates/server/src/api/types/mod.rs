//! Wire types: what the API promises. The CLI reads the same types that the server writes.

pub mod asset;
pub mod attention;
pub mod audit;
pub mod connector;
pub mod container;
pub mod coverage;
pub mod drift;
pub mod event;
pub mod facts;
pub mod feed;
pub mod health;
pub mod image;
pub mod image_matrix;
pub mod link_rule;
pub mod mapping;
pub mod member;
pub mod organization;
pub mod overview;
pub mod page;
pub mod part;
pub mod plan;
pub mod policy;
pub mod problem;
pub mod resource;
pub mod saved_view;
pub mod search;
pub mod secret;
pub mod token;
pub mod trend;
pub mod user;
pub mod vulnerability;

/// The four base roles, each holding what the one before it holds.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(
    dead_code,
    reason = "the schema of `qlrf_core::perm::Role`, which does not know OpenAPI"
)]
pub enum RoleName {
    Viewer,
    Operator,
    Engineer,
    Admin,
}
