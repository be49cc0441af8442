//! Everything that is connected with a change by identities: nothing else can be decided otherwise by it.

use std::collections::{BTreeMap, BTreeSet};

use qlrf_core::id::AssetId;
use qlrf_core::identity::Identities;
use qlrf_engines::machine::{CLAIMS_MAX, Claim, Reason, Sighting};
use qlrf_store::asset::word;
use qlrf_store::sighting::{Known, Standing};
use qlrf_store::{Result, TenantTx, identity, sighting};
use serde_json::{Value, json};

use super::{Touched, claim};

pub struct Component {
    pub sightings: Vec<Sighting>,
    pub identities: BTreeMap<AssetId, Identities>,
    pub known: BTreeMap<AssetId, Known>,
    /// Who belongs to which machine until now, also of those that are gone.
    pub standing: BTreeMap<AssetId, Standing>,
    /// Claims of too many to be walked along.
    pub crowded: BTreeSet<Claim>,
    /// Every claim that was looked at.
    pub claims: BTreeSet<Claim>,
}

impl Component {
    pub async fn walk(tx: &mut TenantTx, gone: &[AssetId], touched: Touched) -> Result<Component> {
        let mut walk = Walk {
            gone: gone.iter().copied().collect(),
            seeds: touched.seeds,
            ..Walk::default()
        };
        walk.meet(touched.standing);
        let alone = walk.seeds.clone();
        walk.follow(tx, touched.claims, &alone).await?;
        while !walk.queue.is_empty() {
            let next: Vec<AssetId> = std::mem::take(&mut walk.queue).into_iter().collect();
            walk.met.extend(&next);
            let identities = identity::list(tx, &next).await?;
            let standing = sighting::standing(tx, &next).await?;
            let claims = identities.values().flatten().map(claim);
            let claims: BTreeSet<Claim> = claims.filter(|c| !walk.claims.contains(c)).collect();
            walk.identities.extend(identities);
            walk.meet(standing);
            walk.follow(tx, claims, &BTreeSet::new()).await?;
        }
        walk.finish(tx).await
    }
}

#[derive(Default)]
struct Walk {
    gone: BTreeSet<AssetId>,
    seeds: BTreeSet<AssetId>,
    queue: BTreeSet<AssetId>,
    met: BTreeSet<AssetId>,
    identities: BTreeMap<AssetId, Identities>,
    standing: BTreeMap<AssetId, Standing>,
    crowded: BTreeSet<Claim>,
    claims: BTreeSet<Claim>,
}

impl Walk {
    fn meet(&mut self, standing: BTreeMap<AssetId, Standing>) {
        for (asset, standing) in standing {
            self.push(asset);
            // The asset whose id the machine goes by may be back, by itself.
            if self.seeds.contains(&standing.machine) {
                self.push(standing.machine);
            }
            self.standing.insert(asset, standing);
        }
    }

    fn push(&mut self, asset: AssetId) {
        if !self.met.contains(&asset) && !self.gone.contains(&asset) {
            self.queue.insert(asset);
        }
    }

    /// To everybody who makes these claims. One of `alone` that nobody shares anything with needs no further look: nearly
    /// every asset is such a one.
    async fn follow(
        &mut self,
        tx: &mut TenantTx,
        claims: BTreeSet<Claim>,
        alone: &BTreeSet<AssetId>,
    ) -> Result<()> {
        let asked: Vec<&Claim> = claims.iter().collect();
        let holders = identity::holders(tx, &asked, CLAIMS_MAX + 1).await?;
        let crowded: Vec<&Claim> = holders
            .iter()
            .filter(|(_, holders)| holders.len() > CLAIMS_MAX)
            .map(|(claim, _)| claim)
            .collect();
        let told = identity::conflicts_of(tx, &crowded).await?;
        for claim in crowded {
            self.crowded.insert(claim.clone());
            // From the moment on that it is crowded it joins nobody: those that it joined are looked at once more.
            if told.get(claim).map(String::as_str) != Some(Reason::TooMany.code()) {
                for asset in sighting::list_proved_by(tx, &proof_of(claim)).await? {
                    self.push(asset);
                }
            }
        }
        for (claim, holders) in &holders {
            let by_itself = matches!(holders[..], [one] if alone.contains(&one));
            if !self.crowded.contains(claim) && !by_itself {
                holders.iter().for_each(|asset| self.push(*asset));
            }
        }
        self.claims.extend(claims);
        Ok(())
    }

    async fn finish(self, tx: &mut TenantTx) -> Result<Component> {
        let ids: Vec<AssetId> = self.met.iter().copied().collect();
        let known = match ids.is_empty() {
            true => Vec::new(),
            false => sighting::load_known(tx, &ids).await?,
        };
        let known: BTreeMap<AssetId, Known> = known.into_iter().map(|known| (known.id, known)).collect();
        let sighting = |known: &Known| Sighting {
            id: known.id,
            connector: known.connector,
            connector_kind: known.connector_kind.clone(),
            kind: known.kind,
            native_id: known.native_id.clone(),
            identities: self.identities.get(&known.id).cloned().unwrap_or_default(),
            simulated: known.simulated,
            split: known.split,
        };
        Ok(Component {
            sightings: known.values().map(sighting).collect(),
            identities: self.identities,
            known,
            standing: self.standing,
            crowded: self.crowded,
            claims: self.claims,
        })
    }
}

/// An identity as proof: how it is stored and shown.
pub fn proof_of((kind, value): &Claim) -> Value {
    json!({"kind": word(*kind), "value": value})
}
