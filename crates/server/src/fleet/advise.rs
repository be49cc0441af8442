//! Reads what feeds say of the packages in use: of all of them, or of those that came into use since the view before.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use qlrf_core::package::Ecosystem;
use qlrf_core::time::Timestamp;
use qlrf_engines::vuln::names::shelf;
use qlrf_store::vulnerability::{self as store, Advisory, Match, PackageName};
use qlrf_store::{Result, TenantTx, feed};
use roaring::RoaringBitmap;

use super::vulnerability::{Vulnerabilities, Vulnerability, band};

impl Vulnerabilities {
    /// Of these packages; which assets run them is not said yet.
    pub(super) async fn load(
        tx: &mut TenantTx,
        packages: &[PackageName],
        as_of: Option<Timestamp>,
    ) -> Result<Vulnerabilities> {
        let mut out = Vulnerabilities {
            feeds_as_of: feed::newest_import(tx, as_of).await?,
            has_kev: store::has_kev(tx, as_of).await?,
            ..Default::default()
        };
        out.learn(tx, packages, as_of).await?;
        Ok(out)
    }

    /// Of the same packages without those that nobody runs any more, and with more; by the same feeds.
    pub(super) async fn follow(
        &self,
        tx: &mut TenantTx,
        gone: &RoaringBitmap,
        more: &[PackageName],
    ) -> Result<Vulnerabilities> {
        let mut out = self.clone();
        out.standings = OnceLock::new();
        out.forget(gone);
        if !more.is_empty() {
            out.learn(tx, more, None).await?;
        }
        Ok(out)
    }

    fn forget(&mut self, gone: &RoaringBitmap) {
        let mut touched: BTreeSet<Arc<str>> = BTreeSet::new();
        for package in gone {
            self.packages.remove(&(package as i32));
            let rated = self.by_package.remove(&(package as i32)).unwrap_or_default();
            touched.extend(rated.into_iter().map(|(id, _)| id));
        }
        for id in touched {
            let Some(vulnerability) = self.by_id.get_mut(&id) else {
                continue;
            };
            let matches = &mut vulnerability.matches;
            matches.retain(|found| !gone.contains(found.package_id as u32));
            if matches.is_empty() {
                self.by_id.remove(&id);
                continue;
            }
            let named: BTreeSet<i32> = matches.iter().map(|found| found.advisory_id).collect();
            vulnerability
                .advisories
                .retain(|advisory| named.contains(&advisory.id));
        }
        self.covered -= gone;
    }

    async fn learn(
        &mut self,
        tx: &mut TenantTx,
        packages: &[PackageName],
        as_of: Option<Timestamp>,
    ) -> Result<()> {
        let ids: Vec<i32> = packages.iter().map(|package| package.id).collect();
        let matches = store::list_matches(tx, &ids, as_of).await?;
        let advisory_ids: BTreeSet<i32> = matches.iter().map(|m| m.advisory_id).collect();
        let advisory_ids: Vec<i32> = advisory_ids.into_iter().collect();
        let advisories: HashMap<i32, Arc<Advisory>> = store::load_advisories(tx, &advisory_ids)
            .await?
            .into_iter()
            .map(|a| (a.id, Arc::new(a)))
            .collect();
        self.covered |= covered(packages, &store::list_ecosystems(tx, as_of).await?);
        let matched: RoaringBitmap = matches.iter().map(|m| m.package_id as u32).collect();
        let is_matched = |package: &&PackageName| matched.contains(package.id as u32);
        let named = packages.iter().filter(is_matched).map(|p| (p.id, p.clone()));
        self.packages.extend(named);
        self.gather(&advisories, matches);
        self.score(tx, as_of).await
    }

    fn gather(&mut self, advisories: &HashMap<i32, Arc<Advisory>>, matches: Vec<Match>) {
        for found in matches {
            let Some(advisory) = advisories.get(&found.advisory_id) else {
                continue;
            };
            let ids = if advisory.cves.is_empty() {
                std::slice::from_ref(&advisory.osv_id)
            } else {
                &advisory.cves
            };
            for id in ids {
                let id: Arc<str> = id.as_str().into();
                let entry = self.by_id.entry(id.clone()).or_insert_with(|| Vulnerability {
                    id: id.clone(),
                    advisories: Vec::new(),
                    matches: Vec::new(),
                    kev: None,
                    epss: None,
                    assets: RoaringBitmap::new(),
                    since: None,
                });
                if !entry.advisories.iter().any(|known| known.id == advisory.id) {
                    entry.advisories.push(advisory.clone());
                }
                let of_package = self.by_package.entry(found.package_id).or_default();
                match of_package.iter_mut().find(|(known, _)| *known == id) {
                    Some((_, worst)) => *worst = (*worst).max(band(&found)),
                    None => of_package.push((id, band(&found))),
                }
                entry.matches.push(found.clone());
            }
        }
    }

    async fn score(&mut self, tx: &mut TenantTx, as_of: Option<Timestamp>) -> Result<()> {
        let ids: Vec<&str> = self.by_id.keys().map(|id| &id[..]).collect();
        let kev = store::load_kev(tx, &ids, as_of).await?;
        let epss = store::load_epss(tx, &ids, as_of).await?;
        for entry in kev {
            if let Some(vulnerability) = self.by_id.get_mut(entry.cve.as_str()) {
                vulnerability.kev = Some(entry);
            }
        }
        for entry in epss {
            if let Some(vulnerability) = self.by_id.get_mut(entry.cve.as_str()) {
                vulnerability.epss = Some(entry);
            }
        }
        Ok(())
    }
}

/// Packages whose shelf (ecosystem and release) some advisory is filed on.
fn covered(packages: &[PackageName], shelves: &[String]) -> RoaringBitmap {
    let shelves: BTreeSet<&str> = shelves.iter().map(String::as_str).collect();
    let mut known: HashMap<&str, bool> = HashMap::new();
    let mut covered = RoaringBitmap::new();
    for package in packages {
        let is_known = known
            .entry(&package.ecosystem)
            .or_insert_with(|| shelves.contains(&*shelf(&Ecosystem::new(&package.ecosystem[..])).0));
        if *is_known {
            covered.insert(package.id as u32);
        }
    }
    covered
}
