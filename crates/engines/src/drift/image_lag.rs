//! How far the image version that an asset runs is behind.

use qlrf_core::drift::{ImageLag, Standing};
use qlrf_core::image::{LifecycleStatus, VersionKey};
use qlrf_core::time::Timestamp;

/// One version of a family as the catalogue knows it.
#[derive(Clone, Debug)]
pub struct FamilyVersion {
    pub version: String,
    pub status: LifecycleStatus,
    /// When it reached production; needed to say since when an older one is behind.
    pub published_at: Option<Timestamp>,
    /// When it was deprecated or retired.
    pub withdrawn_at: Option<Timestamp>,
}

/// The versions of one family in their order. Build once, ask for every asset.
#[derive(Clone, Debug, Default)]
pub struct Family {
    versions: Vec<(VersionKey, FamilyVersion)>,
}

impl Family {
    pub fn new(versions: impl IntoIterator<Item = FamilyVersion>) -> Self {
        let mut versions: Vec<_> = versions
            .into_iter()
            .map(|v| (VersionKey::new(&v.version), v))
            .collect();
        versions.sort_by(|a, b| a.0.cmp(&b.0));
        Self { versions }
    }

    /// The newest version in production: what assets of the family should run.
    pub fn target(&self) -> Option<&FamilyVersion> {
        self.versions
            .iter()
            .rev()
            .map(|(_, v)| v)
            .find(|v| v.status == LifecycleStatus::Production)
    }

    /// None when the family has no version in production: nothing can then be behind it.
    ///
    /// Versions that were published once count as steps behind even when they are deprecated by now, which is what
    /// usually becomes of a superseded version. *Withdrawn* is a version that is retired, or one that was deprecated
    /// while the target is older than it: a release taken back.
    pub fn lag(&self, running: &str) -> Option<ImageLag> {
        let target = self.target()?;
        let (key, target_key) = (VersionKey::new(running), VersionKey::new(&target.version));
        let own = self
            .versions
            .iter()
            .find(|(k, _)| k.is_same_release(&key))
            .map(|(_, version)| version);
        let above_target = key > target_key && !key.is_same_release(&target_key);
        let withdrawn = own.is_some_and(|version| match version.status {
            LifecycleStatus::Retired => true,
            LifecycleStatus::Deprecated => above_target,
            _ => false,
        });
        let steps: Vec<&FamilyVersion> = self
            .published()
            .filter(|(k, _)| *k > key && !k.is_same_release(&key) && *k <= target_key)
            .map(|(_, version)| version)
            .collect();
        let successor = steps.iter().find_map(|version| version.published_at);
        let (standing, superseded_at) = if withdrawn {
            let withdrawn_at = own.and_then(|version| version.withdrawn_at);
            (
                Standing::Withdrawn,
                [withdrawn_at, successor].into_iter().flatten().min(),
            )
        } else if !steps.is_empty() {
            (Standing::Behind, successor)
        } else if above_target {
            (Standing::Unpublished, None)
        } else {
            (Standing::Newest, None)
        };
        Some(ImageLag {
            standing,
            running: running.to_owned(),
            target: target.version.clone(),
            versions_behind: u32::try_from(steps.len()).unwrap_or(u32::MAX),
            superseded_at,
        })
    }

    /// Everything that was in production once.
    fn published(&self) -> impl Iterator<Item = &(VersionKey, FamilyVersion)> {
        self.versions
            .iter()
            .filter(|(_, version)| version.status >= LifecycleStatus::Production)
    }
}
