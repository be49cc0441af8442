use qlrf_core::part::PairRole;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// What people say of a site. Its assets are those that carry its name as their site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteSpec {
    /// The word that assets carry: 1 to 256 printable characters.
    pub name: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default)]
    pub kind: SiteKind,
    /// A town or an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// By its name in the IANA time zone database: `Europe/Amsterdam`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SiteKind {
    CloudRegion,
    Datacentre,
    Edge,
    #[default]
    Other,
}

/// What people say of an environment. Its assets are those that carry its name as their environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentSpec {
    /// The word that assets carry: 1 to 256 printable characters.
    pub name: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it is for, whatever its name: one organisation's `live` is another's `prod`.
    #[serde(default)]
    pub kind: EnvironmentKind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentKind {
    Production,
    Staging,
    Test,
    Development,
    #[default]
    Other,
}

/// What people say of a project. Its assets are those that carry its name as their project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectSpec {
    /// The word that assets carry: 1 to 256 printable characters.
    pub name: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The person or team that answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// How to reach them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

/// A site, environment or project that somebody declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Declared<S> {
    /// Stays when it gets another name.
    pub id: Uuid,
    pub spec: S,
    /// When it was last declared or edited.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// By whom.
    pub author: String,
    /// For `If-Match` of a change. It does not change with the assets.
    pub etag: String,
}

/// A word that assets carry, a declaration, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Part<S> {
    /// Absent: assets of which it is not known.
    pub name: Option<String>,
    /// That carry the name, among those asked about.
    pub assets: u64,
    /// Absent: assets carry the word, and nobody declared it.
    pub declared: Option<Declared<S>>,
}

/// The other site of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SitePair {
    /// The name of the other site.
    pub with: String,
    /// Of this site: `primary` carries the work, `secondary` takes it over.
    #[schema(value_type = String)]
    pub role: PairRole,
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    pub author: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SitePairSet {
    /// The name of the other site.
    pub with: String,
    /// Of this site: `primary` or `secondary`.
    #[schema(value_type = String)]
    pub role: PairRole,
}
