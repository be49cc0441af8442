//! What is recorded in a scope, asset by asset, in one row: enough to tell which of a new listing has to be looked at.

use std::collections::{HashMap, HashSet};

use qlrf_core::asset::Asset;
use qlrf_core::digest::{Digest, Hasher};
use qlrf_core::id::AssetId;
use qlrf_core::time::Timestamp;
use uuid::Uuid;

use crate::asset::word;
use crate::content::read_digest;
use crate::{Error, Result, TenantTx};

/// Half a SHA-256: as far from a collision by accident as a UUID.
type Half = [u8; 16];
const ENTRY_BYTES: usize = 48;

/// The identity that a connector gives an asset, in few bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Half);

impl Key {
    pub fn of(asset: &Asset) -> Key {
        Key::new(&word(asset.kind), &asset.native_id)
    }

    fn new(kind: &str, native_id: &str) -> Key {
        let mut hasher = Hasher::new("asset-key/1");
        hasher.field(kind.as_bytes());
        hasher.field(native_id.as_bytes());
        Key(half(hasher.finish()))
    }
}

/// The assets of one scope, each with the hash of its current fact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing(HashMap<Key, (Half, AssetId)>);

impl Listing {
    pub fn put(&mut self, key: Key, hash: Digest, asset: AssetId) {
        self.0.insert(key, (half(hash), asset));
    }

    /// The asset, and whether it is recorded with just this fact.
    pub fn find(&self, key: Key, hash: Digest) -> Option<(AssetId, bool)> {
        let (known, asset) = self.0.get(&key)?;
        Some((*asset, *known == half(hash)))
    }

    /// What is recorded here and not in `other`.
    pub fn without<'a>(&'a self, other: &'a Listing) -> impl Iterator<Item = AssetId> + 'a {
        let missing = self.0.iter().filter(|(key, _)| !other.0.contains_key(key));
        missing.map(|(_, (_, asset))| *asset)
    }

    /// What is recorded here under none of `keys`.
    pub fn besides(&self, keys: &HashSet<Key>) -> Vec<AssetId> {
        let others = self.0.iter().filter(|(key, _)| !keys.contains(key));
        others.map(|(_, (_, asset))| *asset).collect()
    }

    /// Adds what `other` has and this one has not.
    pub fn fill(&mut self, other: &Listing) {
        for (key, entry) in &other.0 {
            self.0.entry(*key).or_insert(*entry);
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut entries: Vec<_> = self.0.iter().collect();
        entries.sort_unstable_by_key(|(key, _)| **key);
        let mut bytes = Vec::with_capacity(entries.len() * ENTRY_BYTES);
        for (key, (hash, asset)) in entries {
            bytes.extend_from_slice(&key.0);
            bytes.extend_from_slice(hash);
            bytes.extend_from_slice(asset.as_uuid().as_bytes());
        }
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Listing> {
        let (entries, rest) = bytes.as_chunks::<ENTRY_BYTES>();
        if !rest.is_empty() {
            return Err(Error::Corrupt(format!(
                "the listing of a scope has {} bytes",
                bytes.len()
            )));
        }
        let part = |entry: &[u8; ENTRY_BYTES], n: usize| -> Half {
            entry[n * 16..(n + 1) * 16]
                .try_into()
                .expect("a third of an entry")
        };
        let read = |entry: &[u8; ENTRY_BYTES]| {
            let asset = AssetId::from_uuid(Uuid::from_bytes(part(entry, 2)));
            (Key(part(entry, 0)), (part(entry, 1), asset))
        };
        Ok(Listing(entries.iter().map(read).collect()))
    }
}

fn half(digest: Digest) -> Half {
    digest.0[..16].try_into().expect("a digest has 32 bytes")
}

/// Of each scope: as it was kept while its digest stands, and otherwise read from the facts.
pub async fn load(tx: &mut TenantTx, scopes: &[i64]) -> Result<HashMap<i64, Listing>> {
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT id, listing FROM scope WHERE id = ANY ($1) AND digest IS NOT NULL AND listing IS NOT NULL",
    )
    .bind(scopes)
    .fetch_all(tx.connection())
    .await?;
    let mut listings = HashMap::with_capacity(scopes.len());
    for (id, bytes) in rows {
        listings.insert(id, Listing::decode(&bytes)?);
    }
    let unkept = scopes.iter().filter(|id| !listings.contains_key(id));
    let unkept: Vec<i64> = unkept.copied().collect();
    if !unkept.is_empty() {
        read(tx, &unkept, &mut listings).await?;
    }
    Ok(listings)
}

async fn read(tx: &mut TenantTx, scopes: &[i64], listings: &mut HashMap<i64, Listing>) -> Result<()> {
    type Row = (i64, String, String, Uuid, Vec<u8>);
    // The lateral makes it one look-up for each asset, whatever the planner believes of the tables.
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT a.scope_id, a.kind, a.native_id, a.id, f.fact_hash FROM asset a
         CROSS JOIN LATERAL (SELECT fact_hash FROM seen
             WHERE org_id = a.org_id AND asset_id = a.id LIMIT 1) f
         WHERE a.scope_id = ANY ($1)",
    )
    .bind(scopes)
    .fetch_all(tx.connection())
    .await?;
    listings.extend(scopes.iter().map(|id| (*id, Listing::default())));
    for (scope, kind, native_id, id, hash) in rows {
        let listing = listings.entry(scope).or_default();
        listing.put(
            Key::new(&kind, &native_id),
            read_digest(&hash)?,
            AssetId::from_uuid(id),
        );
    }
    Ok(())
}

/// Keeps what is recorded in scopes from now on. The digest is forgotten until [`crate::scope::close`] says that the
/// collection came to its end; a process that dies before leaves scopes that are read again as a whole.
pub async fn store(tx: &mut TenantTx, at: Timestamp, listings: &[(i64, Listing)]) -> Result<()> {
    sqlx::query(
        "UPDATE scope s SET attempted_at = $1, digest = NULL, gone = false, listing = i.listing
         FROM unnest($2::bigint[], $3::bytea[]) AS i (id, listing) WHERE s.id = i.id",
    )
    .bind(at)
    .bind(listings.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(
        listings
            .iter()
            .map(|(_, listing)| listing.encode())
            .collect::<Vec<_>>(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_survives_its_bytes_and_half_a_one_is_refused() {
        let mut listing = Listing::default();
        for n in 0..5_u8 {
            listing.put(Key([n; 16]), Digest::of(&[n]), AssetId::generate());
        }
        let bytes = listing.encode();
        assert_eq!(bytes.len(), 5 * ENTRY_BYTES);
        assert_eq!(Listing::decode(&bytes).unwrap(), listing);
        assert!(Listing::decode(&bytes[1..]).is_err());
        let found = |n: u8| listing.find(Key([1; 16]), Digest::of(&[n])).map(|(_, same)| same);
        assert_eq!((found(1), found(2)), (Some(true), Some(false)));
        assert_eq!(listing.find(Key([9; 16]), Digest::of(&[9])), None);
    }
}
