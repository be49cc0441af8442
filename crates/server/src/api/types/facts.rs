use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::connector::Sync;

/// What a bundle brought.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FactsImported {
    pub host: String,
    /// When the host was read; its facts are as old.
    #[serde(with = "time::serde::rfc3339")]
    pub collected_at: OffsetDateTime,
    /// The name of the key, as the connector's configuration says.
    pub signed_by: String,
    pub sync: Sync,
}
