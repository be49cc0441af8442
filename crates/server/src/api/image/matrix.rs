//! `/images/matrix`: versions of images against sites, environments or another dimension.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::page::parse_moment;
use crate::api::types::image_matrix::ImageMatrix;
use crate::api::{Json, Problem, Query, Result};
use crate::app::image as app;
use crate::fleet::{Dimension, Filter};
use crate::opcx::OpCx;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MatrixQuery {
    /// What the columns are: `site` (the default), `env`, `platform`, `region`, `project` or `owner`.
    by: Option<String>,
    /// Versions of this family alone.
    family: Option<String>,
    /// Only assets that this filter accepts.
    q: Option<String>,
    /// RFC 3339. Answers with what was believed at that moment.
    as_of: Option<String>,
}

const COLUMNS: [Dimension; 6] = [
    Dimension::Site,
    Dimension::Env,
    Dimension::Platform,
    Dimension::Region,
    Dimension::Project,
    Dimension::Owner,
];

/// Which versions run where, with what is known to be wrong there and for how long. At most 500 versions and the 50
/// columns with the most assets; the totals say what was left out.
#[utoipa::path(
    get, path = "/api/v1/images/matrix", tag = "image", params(MatrixQuery),
    responses((status = 200, body = ImageMatrix))
)]
pub(super) async fn image_matrix(cx: OpCx, Query(query): Query<MatrixQuery>) -> Result<Json<ImageMatrix>> {
    let wanted = query.by.as_deref().unwrap_or("site");
    let by = COLUMNS
        .into_iter()
        .find(|column| column.name() == wanted)
        .ok_or_else(|| {
            let known: Vec<&str> = COLUMNS.iter().map(|column| column.name()).collect();
            let detail = format!(
                "the matrix has no columns by \"{wanted}\"; known are {}",
                known.join(", ")
            );
            Problem::invalid_request(detail)
        })?;
    let question = app::MatrixQuery {
        by,
        family: query.family,
        filter: Filter::parse(query.q.as_deref().unwrap_or_default())?,
        as_of: parse_moment(query.as_of.as_deref())?,
    };
    Ok(Json(app::matrix(&cx, &question).await?))
}
