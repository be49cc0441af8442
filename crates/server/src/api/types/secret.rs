use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretCheckRequest {
    /// `env:NAME`, `file:/path` or `vault:mount/path#field`.
    pub reference: String,
}

/// Whether the connectors of this organisation could use a secret. Nothing of the secret itself.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SecretCheck {
    pub reference: String,
    pub ok: bool,
    /// One sentence: that it can be fetched, or why not.
    pub finding: String,
}
