use qlrf_core::id::SavedViewId;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SavedView {
    #[schema(value_type = uuid::Uuid)]
    pub id: SavedViewId,
    pub name: String,
    /// Path and query of a page of the control tower, such as `/fleet?q=platform:aws`.
    pub address: String,
    /// Everybody of the organisation sees it; otherwise its author alone.
    pub shared: bool,
    pub author: String,
    /// The caller made it, and may change it by saving it again.
    pub own: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: OffsetDateTime,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedViewSave {
    /// 1 to 100 characters. The caller's view of this name is replaced.
    pub name: String,
    /// Path and query, at most 4 096 bytes.
    pub address: String,
    /// Needs `view:share`.
    #[serde(default)]
    pub shared: bool,
}
