//! `/onboarding`, and `/simulated`: the end of the estate that was made up.

use std::time::Duration;

use axum::http::Method;
use qlrf_core::perm::Permission;
use utoipa::OpenApi;

use super::types::attention::{Onboarding, SimulatedRemoved};
use super::{Json, Noun, Result, Route, Routes};
use crate::app::onboarding as app;
use crate::opcx::OpCx;

pub const NOUN: Noun = Noun {
    name: "onboarding",
    routes,
    doc: Doc::openapi,
};

#[derive(OpenApi)]
#[openapi(paths(onboarding_view, simulated_remove))]
struct Doc;

/// A few thousand assets a second.
const REMOVE_TIME_MAX: Duration = Duration::from_secs(10 * 60);

fn routes(routes: &mut Routes) {
    routes.get(Permission::AssetRead, "/onboarding", onboarding_view);
    let remove = Route::new(Method::DELETE, Permission::ConnectorManage, "/simulated");
    routes.declare(remove.time_max(REMOVE_TIME_MAX), simulated_remove);
}

/// The first steps, each ticked by a fact.
#[utoipa::path(get, path = "/api/v1/onboarding", tag = "onboarding", responses((status = 200, body = Onboarding)))]
async fn onboarding_view(cx: OpCx) -> Result<Json<Onboarding>> {
    Ok(Json(app::get(&cx).await?))
}

/// Deletes every connector that simulates, and with it its assets. Repeating it removes what is left.
#[utoipa::path(
    delete, path = "/api/v1/simulated", tag = "onboarding", responses((status = 200, body = SimulatedRemoved))
)]
async fn simulated_remove(cx: OpCx) -> Result<Json<SimulatedRemoved>> {
    Ok(Json(app::remove_simulated(&cx).await?))
}
