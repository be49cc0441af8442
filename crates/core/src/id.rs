//! Typed identifiers: a UUID that remembers what it names, so that an asset id cannot be passed for an image id.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

/// What an [`Id`] can name. The types are empty: they exist at compile time only.
pub mod kind {
    pub enum Org {}
    pub enum User {}
    pub enum Token {}
    pub enum Asset {}
    pub enum Connector {}
    pub enum Resource {}
    pub enum Sync {}
    pub enum ImageFamily {}
    pub enum ImageVersion {}
    pub enum FeedSnapshot {}
    pub enum Plan {}
    pub enum SavedView {}
}

pub type OrgId = Id<kind::Org>;
pub type UserId = Id<kind::User>;
pub type TokenId = Id<kind::Token>;
pub type AssetId = Id<kind::Asset>;
pub type ConnectorId = Id<kind::Connector>;
pub type ResourceId = Id<kind::Resource>;
pub type SyncId = Id<kind::Sync>;
pub type ImageFamilyId = Id<kind::ImageFamily>;
pub type ImageVersionId = Id<kind::ImageVersion>;
pub type FeedSnapshotId = Id<kind::FeedSnapshot>;
pub type PlanId = Id<kind::Plan>;
pub type SavedViewId = Id<kind::SavedView>;

impl<T> Id<T> {
    pub fn from_uuid(id: Uuid) -> Self {
        Self(id, PhantomData)
    }

    /// A new, time-ordered id (UUID version 7, RFC 9562), so that index pages fill in order.
    pub fn generate() -> Self {
        Self::from_uuid(Uuid::now_v7())
    }

    pub fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> std::hash::Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> FromStr for Id<T> {
    type Err = uuid::Error;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Uuid::from_str(s).map(Self::from_uuid)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(s)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Uuid::deserialize(d).map(Self::from_uuid)
    }
}
