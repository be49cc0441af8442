//! What feeds say of one package set by itself, whether anything runs it or not.

use std::sync::Arc;

use qlrf_core::time::Timestamp;
use qlrf_engines::vuln::severity::Band;
use qlrf_engines::vuln::urgency::{Urgency, urgency};
use qlrf_store::vulnerability::{self as store, PackageName};
use qlrf_store::{Result, TenantTx, fleet};

use super::{Counts, UrgencyCounts, Vulnerabilities, Vulnerability};

pub struct Content {
    pub vulnerabilities: Vulnerabilities,
    packages: Vec<i32>,
}

/// One vulnerability of a set. What would have to be known of machines for its urgency counts as unknown.
pub struct Held<'a> {
    pub vulnerability: &'a Vulnerability,
    pub severity: Option<Band>,
    pub urgency: Urgency,
}

impl Content {
    pub async fn load(tx: &mut TenantTx, set_id: i32, as_of: Option<Timestamp>) -> Result<Content> {
        let sets = fleet::load_sets(tx, &[set_id]).await?;
        let packages: Vec<i32> = sets.into_iter().flat_map(|(_, packages)| packages).collect();
        let names: Vec<PackageName> = store::load_package_names(tx, &packages).await?;
        Ok(Content {
            vulnerabilities: Vulnerabilities::load(tx, &names, as_of).await?,
            packages,
        })
    }

    /// The most urgent first.
    pub fn held(&self) -> Vec<Held<'_>> {
        let worst = self.vulnerabilities.worst_in(&self.packages);
        let held = worst.into_iter().filter_map(|(id, severity)| {
            let vulnerability = self.vulnerabilities.get(&id)?;
            Some(Held {
                urgency: urgency(&self.vulnerabilities.told_of(vulnerability)),
                vulnerability,
                severity,
            })
        });
        let mut held: Vec<Held<'_>> = held.collect();
        let id = |held: &Held<'_>| Arc::clone(&held.vulnerability.id);
        held.sort_by(|a, b| {
            let urgent = b.urgency.score.total_cmp(&a.urgency.score);
            urgent.then_with(|| id(a).cmp(&id(b)))
        });
        held
    }

    /// `None`: no feed speaks of anything in the set, so nothing is known, which is not "none".
    pub fn counts(&self, held: &[Held<'_>]) -> Option<(Counts, UrgencyCounts)> {
        let mut counts = self.vulnerabilities.begin_counts(&self.packages);
        let mut urgency = UrgencyCounts::default();
        for one in held {
            counts.add(one.severity, one.vulnerability.kev.is_some());
            urgency.add(one.urgency.level());
        }
        self.vulnerabilities
            .is_judged(&counts)
            .then_some((counts, urgency))
    }
}
