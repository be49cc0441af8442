use qlrf_core::image::{ImagePlatform, LifecycleStatus};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// A version of a golden image, as lists show it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImageSummary {
    pub id: Uuid,
    pub family: String,
    pub version: String,
    /// `draft`, `testing`, `production`, `deprecated` or `retired`.
    pub status: String,
    /// What assets of the family should run: its newest version in production.
    pub newest: bool,
    /// Assets that ran it at the moment that the list speaks of.
    pub running: u64,
    /// Form of the contract: `a`, `b` or `c`.
    pub form: String,
    /// An SBOM is attached.
    pub has_sbom: bool,
    pub simulated: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub published_at: Option<OffsetDateTime>,
    /// Since when a newer version is out, or this one was withdrawn.
    #[serde(with = "time::serde::rfc3339::option")]
    pub superseded_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub revoked_at: Option<OffsetDateTime>,
    pub revoked_reason: Option<String>,
}

/// A version with its contract.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Image {
    pub id: Uuid,
    pub family: String,
    pub version: String,
    pub status: String,
    /// The form that the contract was written in: `a`, `b` or `c`.
    pub form: String,
    /// Of the contract's meaning, whatever its form: `sha256:…`
    pub digest: String,
    /// The model that every form is read into.
    pub contract: serde_json::Value,
    pub coordinates: Vec<Coordinate>,
    pub has_sbom: bool,
    pub simulated: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub published_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub deprecated_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub retired_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub revoked_at: Option<OffsetDateTime>,
    pub revoked_reason: Option<String>,
}

/// A version as it is at a moment. Its entity tag is that of the version alone.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImageNow {
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
    #[serde(flatten)]
    pub image: Image,
}

/// A place where a version can be started from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Coordinate {
    /// `aws`, `azure`, `gcp`, `vsphere`, `oci`, `kubernetes` or `baremetal`.
    #[schema(value_type = String)]
    pub platform: ImagePlatform,
    /// Absent where the reference means the same everywhere on the platform.
    #[serde(default)]
    pub region: Option<String>,
    /// The provider's own name of it: an AMI id, a template name, a repository with its tag.
    pub reference: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CoordinatesAdd {
    pub coordinates: Vec<Coordinate>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Coordinates {
    pub items: Vec<Coordinate>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImageChange {
    /// `draft`, `testing`, `production`, `deprecated` or `retired`; only forward.
    #[schema(value_type = String)]
    pub status: LifecycleStatus,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImagePromote {
    /// `testing` or `production`, which is the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub to: Option<LifecycleStatus>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImageRevoke {
    /// Why nobody should run it any more; 1 to 500 characters.
    pub reason: String,
}

/// What a valid contract would become.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ContractReading {
    pub family: String,
    pub version: String,
    pub form: String,
    pub digest: String,
    /// The status that it would be registered with.
    pub status: String,
    pub packages: usize,
    pub services: usize,
    pub settings: usize,
    pub coordinates: usize,
    pub contract: serde_json::Value,
}

impl ContractReading {
    pub fn of(parsed: &qlrf_core::contract::image::Parsed) -> ContractReading {
        let contract = &parsed.contract;
        ContractReading {
            family: contract.family.clone(),
            version: contract.version.clone(),
            form: parsed.form.name().to_owned(),
            digest: format!("sha256:{}", contract.digest()),
            status: contract.lifecycle.status.name().to_owned(),
            packages: contract.packages.len(),
            services: contract.services.len(),
            settings: contract.config.len(),
            coordinates: contract.coordinates.len(),
            contract: serde_json::to_value(contract).expect("a contract holds only values that JSON can say"),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SbomAttached {
    pub image: Image,
    pub packages: usize,
    /// What the document held and could not be read.
    pub problems: Vec<SbomProblem>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SbomProblem {
    pub code: String,
    pub detail: String,
}

/// An advisory that names a package of the image.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImageVulnerability {
    /// Id of the advisory in its own database.
    pub advisory: String,
    pub cves: Vec<String>,
    pub summary: String,
    pub package: String,
    pub ecosystem: String,
    pub version: String,
    /// Absent where no fixed version is published.
    pub fixed_version: Option<String>,
    pub severity: Option<String>,
    pub cvss_score: Option<f32>,
    /// In CISA's catalogue of known exploited vulnerabilities.
    pub known_exploited: bool,
    /// EPSS, 0 to 1.
    pub exploit_probability: Option<f32>,
}

/// An asset that runs an image version.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Deployment {
    pub asset_id: Uuid,
    pub name: String,
    pub platform: Option<String>,
    pub site: Option<String>,
    pub env: Option<String>,
    pub drift: Option<String>,
    pub differences: i32,
    pub simulated: bool,
}

/// The row of a family in the image × patch matrix.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PatchStatus {
    pub family: String,
    /// Newest first.
    pub versions: Vec<PatchVersion>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PatchVersion {
    pub id: Uuid,
    pub version: String,
    pub status: String,
    pub newest: bool,
    pub revoked: bool,
    /// Absent while no version of the family is in production.
    pub versions_behind: Option<u32>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub superseded_at: Option<OffsetDateTime>,
    /// Assets that run it, by environment.
    pub environments: Vec<PatchEnvironment>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PatchEnvironment {
    /// Absent where the environment is not known.
    pub env: Option<String>,
    pub assets: u64,
    /// Of them, those in the state `current`.
    pub current: u64,
}

/// The places on one platform where a version can be started from.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlatformImage {
    pub id: Uuid,
    pub family: String,
    pub version: String,
    pub status: String,
    pub revoked: bool,
    pub simulated: bool,
    pub coordinates: Vec<Coordinate>,
}

/// A family of images.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImageFamily {
    pub family: String,
    pub versions: u64,
    /// The newest version of each status, of those that are not revoked.
    pub latest: Vec<FamilyLatest>,
    /// Assets that run some version of it, or are linked to it without their version being known.
    pub assets: u64,
    /// Of them, those that run its newest version in production.
    pub on_newest: u64,
    /// Of these assets, those that run a registered version; of the others only the family is known.
    pub version_known: u64,
    /// Of them, those that run a revoked version.
    pub on_revoked: u64,
    /// Every version was made up by the simulator.
    pub simulated: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FamilyLatest {
    /// `draft`, `testing`, `production`, `deprecated` or `retired`.
    pub status: String,
    pub id: Uuid,
    pub version: String,
}

/// How the versions of a family follow each other.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImageLineage {
    pub family: String,
    /// The oldest first.
    pub versions: Vec<LineageVersion>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LineageVersion {
    pub id: Uuid,
    pub version: String,
    pub status: String,
    pub newest: bool,
    pub revoked: bool,
    pub simulated: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub published_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub superseded_at: Option<OffsetDateTime>,
    /// Assets that run it now.
    pub running: u64,
    /// The version before it and the one after it, in the order of versions.
    pub predecessor: Option<String>,
    pub successor: Option<String>,
    /// What it was built from, as its contract says; absent when that says nothing.
    pub source_image: Option<String>,
    /// The registered version that `source_image` names, by name or by coordinate; absent when it names none.
    pub source_version_id: Option<Uuid>,
    /// `family:version` of it.
    pub source_version: Option<String>,
    pub git_commit: Option<String>,
    pub ci_pipeline_url: Option<String>,
    pub coordinates: Vec<Coordinate>,
}
