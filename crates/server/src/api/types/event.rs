use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Activity {
    pub items: Vec<EventBody>,
    /// Send it as `after` for what comes later, also when there were no items.
    pub next: String,
    /// Events between `after` and the first item are no longer kept.
    pub gap: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct EventBody {
    pub id: Uuid,
    pub source: String,
    /// `asset.discovered`, `drift.detected` …
    pub r#type: String,
    /// What it is about: `assets/0193…`.
    pub subject: String,
    #[serde(with = "time::serde::rfc3339")]
    pub time: OffsetDateTime,
    /// The request or run that caused it.
    pub correlation_id: Option<String>,
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}
