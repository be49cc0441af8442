use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asset::Package;
use super::vulnerability::{Cvss, EpssScore, KevEntry, PackageFix, Urgency};
use crate::fleet::{Counts, Fix, UrgencyCounts};

/// Whether it is known what an image holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImageSoftware {
    pub state: SoftwareState,
    /// Why it is not known.
    pub code: Option<String>,
    pub detail: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub read_at: Option<OffsetDateTime>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SoftwareState {
    Known,
    /// It was looked at, and cannot be told.
    Unknown,
    /// Nobody looked, so far or on purpose.
    NotRead,
    /// It is an index: each of the images that it contains holds its own.
    InPlatforms,
}

/// One page of the packages of an image.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImagePackages {
    pub resource_id: Uuid,
    pub software: ImageSoftware,
    pub items: Vec<Package>,
    pub next_cursor: Option<String>,
    /// Absent when the packages are not known, which is not the same as none.
    pub total: Option<u64>,
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
}

/// One page of what is wrong with the packages of an image.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImageVulnerabilities {
    pub resource_id: Uuid,
    pub software: ImageSoftware,
    /// False: the packages are not known, or no feed speaks of them. Then nothing below says that the image is safe.
    pub judged: bool,
    /// By rating.
    pub counts: Option<Counts>,
    /// By how urgent they are; who can reach what runs the image is not known, and counts so.
    pub urgency: Option<UrgencyCounts>,
    pub items: Vec<ImageFinding>,
    pub next_cursor: Option<String>,
    pub total: Option<u64>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub feeds_as_of: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
}

/// A vulnerability of an image.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImageFinding {
    /// The CVE where there is one, else the advisory's own id.
    pub id: String,
    pub summary: String,
    /// The worst rating among the image's packages. Absent when nobody rates it.
    pub severity: Option<String>,
    pub cvss: Option<Cvss>,
    pub epss: Option<EpssScore>,
    pub kev: Option<KevEntry>,
    pub urgency: Urgency,
    /// Whether a fixed version is published for all, for some or for none of the affected packages.
    pub fix: Fix,
    /// The image's packages that have it, each with the version that ends it; by name.
    pub fixes: Vec<PackageFix>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub published: Option<OffsetDateTime>,
}
