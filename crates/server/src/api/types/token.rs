use qlrf_core::id::TokenId;
use qlrf_core::perm::Role;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Token {
    #[schema(value_type = uuid::Uuid)]
    pub id: TokenId,
    pub name: String,
    #[schema(value_type = super::RoleName)]
    pub role: Role,
    /// Permissions that narrow the role; absent when the role stands as it is.
    pub scopes: Option<Vec<String>>,
    /// It may also do what concerns all organisations of the installation, within its role and scopes.
    pub installation: bool,
    pub created_by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// To the minute.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_used_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub revoked_at: Option<OffsetDateTime>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenCreate {
    /// 1 to 100 characters; what it is for.
    pub name: String,
    /// Not above the caller's own role.
    #[schema(value_type = super::RoleName)]
    pub role: Role,
    /// Permission names such as `asset:read`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// Let it do what concerns all organisations of the installation; only for those who may themselves.
    #[serde(default)]
    pub installation: bool,
    /// 1 to 366; 90 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_days: Option<u16>,
}

/// The one answer that shows the secret.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenCreated {
    pub token: Token,
    /// Send it as `Authorization: Bearer …`. It is not stored and cannot be shown again.
    pub secret: String,
}
