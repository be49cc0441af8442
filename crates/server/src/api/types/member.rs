use qlrf_core::id::UserId;
use qlrf_core::perm::Role;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Member {
    #[schema(value_type = uuid::Uuid)]
    pub id: UserId,
    pub login: String,
    #[schema(value_type = super::RoleName)]
    pub role: Role,
    /// One of those who run the installation for all its organisations.
    pub installation: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub added_at: OffsetDateTime,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberCreate {
    /// 1 to 100 of `a-z 0-9 . _ @ + -`, unique in the installation.
    pub login: String,
    #[schema(value_type = super::RoleName)]
    pub role: Role,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberChange {
    #[schema(value_type = Option<super::RoleName>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Who runs the installation; needs `installation:manage`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation: Option<bool>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RoleView {
    #[schema(value_type = super::RoleName)]
    pub name: Role,
    pub permissions: Vec<String>,
    /// What the role adds for those who run the installation.
    pub installation_permissions: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SignInLink {
    /// Below the server's address; works once.
    pub path: String,
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}
