use qlrf_core::id::OrgId;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Organization {
    #[schema(value_type = uuid::Uuid)]
    pub id: OrgId,
    /// Short name, for good.
    pub slug: String,
    pub name: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// How long a finding of each severity may stay open before it is late, from the moment that it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SlaTimes {
    /// 1 to 8760.
    #[schema(minimum = 1, maximum = 8760)]
    pub critical_hours: u32,
    /// 1 to 3650, as the others.
    #[schema(minimum = 1, maximum = 3650)]
    pub high_days: u32,
    #[schema(minimum = 1, maximum = 3650)]
    pub medium_days: u32,
    #[schema(minimum = 1, maximum = 3650)]
    pub low_days: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganizationSla {
    pub times: SlaTimes,
    /// The organisation set none: these are the product's own.
    pub is_default: bool,
    /// Since when they hold; absent for the product's own.
    #[serde(with = "time::serde::rfc3339::option")]
    pub since: Option<OffsetDateTime>,
    /// Image versions whose contract states times of its own, which then hold for the assets that run them.
    pub contracts: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationChange {
    /// 1 to 200 characters.
    pub name: String,
}
