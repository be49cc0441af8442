//! Events that the fabric tells others: CloudEvents 1.0 <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md>.

use serde::{Deserialize, Serialize};

/// The `type` attribute. The enum is the list; each has a JSON Schema in `contracts/events/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EventType {
    #[serde(rename = "asset.discovered")]
    AssetDiscovered,
    #[serde(rename = "asset.updated")]
    AssetUpdated,
    #[serde(rename = "asset.removed")]
    AssetRemoved,
    /// Another source sees the asset: what it sees is part of it from now on.
    #[serde(rename = "asset.merged")]
    AssetMerged,
    /// What was part of another asset is one of its own.
    #[serde(rename = "asset.split")]
    AssetSplit,
    /// One connector's collection was applied; carries counts and coverage.
    #[serde(rename = "inventory.collected")]
    InventoryCollected,
    /// One connector's collection failed or was cancelled: no scope of it counts as listed but those that it had closed.
    #[serde(rename = "inventory.failed")]
    InventoryFailed,
    #[serde(rename = "drift.detected")]
    DriftDetected,
    #[serde(rename = "image.published")]
    ImagePublished,
    #[serde(rename = "image.promoted")]
    ImagePromoted,
    #[serde(rename = "image.deprecated")]
    ImageDeprecated,
    /// An organisation has an advisory on an asset of its own for the first time.
    #[serde(rename = "cve.discovered")]
    CveDiscovered,
    /// So many at once that only the worst were told one by one: how many there are in all.
    #[serde(rename = "cve.discovered_summary")]
    CveDiscoveredSummary,
    #[serde(rename = "feed.synced")]
    FeedSynced,
    /// A site was declared, edited, paired, unpaired or deleted.
    #[serde(rename = "site.changed")]
    SiteChanged,
    #[serde(rename = "environment.changed")]
    EnvironmentChanged,
    #[serde(rename = "project.changed")]
    ProjectChanged,
    /// A plan was made; it says what would be changed, and changes nothing.
    #[serde(rename = "plan.created")]
    PlanCreated,
    /// An organisation saved rules or freezes; they decide from now on.
    #[serde(rename = "policy.changed")]
    PolicyChanged,
}

impl EventType {
    pub const ALL: &[EventType] = &[
        EventType::AssetDiscovered,
        EventType::AssetUpdated,
        EventType::AssetRemoved,
        EventType::AssetMerged,
        EventType::AssetSplit,
        EventType::InventoryCollected,
        EventType::InventoryFailed,
        EventType::DriftDetected,
        EventType::ImagePublished,
        EventType::ImagePromoted,
        EventType::ImageDeprecated,
        EventType::CveDiscovered,
        EventType::CveDiscoveredSummary,
        EventType::FeedSynced,
        EventType::SiteChanged,
        EventType::EnvironmentChanged,
        EventType::ProjectChanged,
        EventType::PlanCreated,
        EventType::PolicyChanged,
    ];

    pub fn name(self) -> &'static str {
        match self {
            EventType::AssetDiscovered => "asset.discovered",
            EventType::AssetUpdated => "asset.updated",
            EventType::AssetRemoved => "asset.removed",
            EventType::AssetMerged => "asset.merged",
            EventType::AssetSplit => "asset.split",
            EventType::InventoryCollected => "inventory.collected",
            EventType::InventoryFailed => "inventory.failed",
            EventType::DriftDetected => "drift.detected",
            EventType::ImagePublished => "image.published",
            EventType::ImagePromoted => "image.promoted",
            EventType::ImageDeprecated => "image.deprecated",
            EventType::CveDiscovered => "cve.discovered",
            EventType::CveDiscoveredSummary => "cve.discovered_summary",
            EventType::FeedSynced => "feed.synced",
            EventType::SiteChanged => "site.changed",
            EventType::EnvironmentChanged => "environment.changed",
            EventType::ProjectChanged => "project.changed",
            EventType::PlanCreated => "plan.created",
            EventType::PolicyChanged => "policy.changed",
        }
    }
}

/// An event before it has an id and a time: the store gives it both in the transaction that makes it true.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    pub event_type: EventType,
    /// What it is about, e.g. `assets/0193…`.
    pub subject: String,
    pub data: serde_json::Value,
}
