use qlrf_core::id::OrgId;
use qlrf_core::perm::Role;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// `person` or `token`.
    pub kind: String,
    pub id: Uuid,
    pub name: String,
    #[schema(value_type = super::RoleName)]
    pub role: Role,
    /// After narrowing by the token's scopes.
    pub permissions: Vec<String>,
    /// One of those who run the installation for all its organisations.
    pub installation: bool,
    #[schema(value_type = uuid::Uuid)]
    pub org_id: OrgId,
    pub org_name: String,
    /// Absent for tokens, which need no proof against cross-site requests.
    pub session: Option<SessionView>,
}

/// The browser session that a request came with.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SessionView {
    /// Every request that is not a `GET` sends it.
    pub csrf_token: String,
    /// The header that it is sent in.
    pub csrf_header: String,
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// A browser that is signed in as the caller.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OwnSession {
    pub id: Uuid,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// When a request last came with it, to five minutes; absent: with none yet.
    #[serde(with = "time::serde::rfc3339::option")]
    pub used_at: Option<OffsetDateTime>,
    /// As the browser named itself when it signed in; anybody can write anything there.
    pub user_agent: Option<String>,
    /// The session of this request.
    pub current: bool,
}

/// `link` alone, or `login` with `password`. It does not print: it holds secrets.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub link: Option<String>,
    pub login: Option<String>,
    pub password: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SignInView {
    /// Send it as `X-CSRF-Token` with every change; also in the cookie `qlrf_csrf`.
    pub csrf_token: String,
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// Needed when there is one already.
    pub old: Option<String>,
    /// At least 12 characters.
    pub new: String,
}
