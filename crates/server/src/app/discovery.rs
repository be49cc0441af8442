//! Tells an organisation of advisories that its assets have for the first time: `cve.discovered`.
//!
//! An organisation is told once of an advisory, in the transaction that brings the first finding of it, whether a fact
//! brought the package or a feed the advisory; and once more when it comes back after the janitor saw that no asset had
//! it. A rolling fleet that starts the same image a thousand times is not told the same thing a thousand times; which
//! assets have it now is a question to `/vulnerabilities`.

use std::collections::{BTreeSet, HashMap, HashSet};

use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::{FeedSnapshotId, OrgId};
use qlrf_core::time::Timestamp;
use qlrf_engines::vuln::severity::Band;
use qlrf_store::asset::NewFact;
use qlrf_store::discovery::{self as store, Advisory, SetInUse};
use qlrf_store::{Result, SystemTx, TenantTx, fleet, outbox, vulnerability};
use roaring::RoaringBitmap;
use serde_json::{Value, json};

/// Advisories told one by one in one transaction, the worst first. The first import of a feed finds thousands: nobody
/// reads so many messages, and the list of them is one request away. What is left out is counted in a summary.
pub const TOLD_ONE_BY_ONE_MAX: usize = 100;

/// What one organisation has of one advisory at this moment.
#[derive(Clone, Copy, Debug, Default)]
struct Reach {
    assets: i64,
    simulated: i64,
    band: Option<Band>,
}

impl Reach {
    fn add(&mut self, assets: i64, simulated: i64, band: Option<Band>) {
        self.assets += assets;
        self.simulated += simulated;
        self.band = self.band.max(band);
    }
}

/// What brought the findings.
#[derive(Clone, Copy)]
enum Cause {
    Feed(FeedSnapshotId),
    Inventory,
}

/// One collection's memory of the packages whose advisories it has told already.
#[derive(Default)]
pub struct Watch {
    sets: HashSet<i32>,
    packages: RoaringBitmap,
}

impl Watch {
    /// Looks at the sets of new facts. Called once everything else of the transaction is written, because feed imports
    /// wait from here on.
    pub async fn tell(&mut self, tx: &mut TenantTx, at: Timestamp, facts: &[NewFact<'_>]) -> Result<()> {
        let mut running: HashMap<i32, (i64, i64)> = HashMap::new();
        for fact in facts {
            let set = fact.installed.map(|installed| installed.set_id);
            if let Some(set) = set.filter(|set| !self.sets.contains(set)) {
                let counts = running.entry(set).or_default();
                counts.0 += 1;
                counts.1 += i64::from(fact.asset.simulated);
            }
        }
        if running.is_empty() {
            return Ok(());
        }
        store::hold_matching(tx).await?;
        if vulnerability::list_ecosystems(tx, None).await?.is_empty() {
            return Ok(());
        }
        let ids: Vec<i32> = running.keys().copied().collect();
        let sets = fleet::load_sets(tx, &ids).await?;
        let packages: BTreeSet<i32> = sets.iter().flat_map(|(_, packages)| packages).copied().collect();
        let unseen: Vec<i32> = packages
            .into_iter()
            .filter(|id| self.packages.insert(*id as u32))
            .collect();
        self.sets.extend(ids);
        let matches = vulnerability::list_matches(tx, &unseen, None).await?;
        let found = Found::gather(matches.iter().map(|m| {
            let band = m.severity.as_deref().and_then(Band::of_rating);
            (m.package_id, m.advisory_id, band)
        }));
        let new: HashSet<i32> = store::remember(tx, at, &found.advisories())
            .await?
            .into_iter()
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let rows = sets.iter().map(|(id, packages)| (running[id], &packages[..]));
        let reach = found.reach(rows, &new);
        let advisories = store::load_advisories(tx, &new.into_iter().collect::<Vec<_>>()).await?;
        outbox::append_all(tx, events(advisories, &reach, Cause::Inventory), None).await?;
        Ok(())
    }
}

/// Tells every organisation of what an import opened in it. Called with new content held back.
pub async fn tell_all(
    tx: &mut SystemTx,
    at: Timestamp,
    snapshot: FeedSnapshotId,
    opened: &[(i32, i32, Option<Band>)],
) -> Result<()> {
    if opened.is_empty() {
        return Ok(());
    }
    let found = Found::gather(opened.iter().copied());
    let in_use = store::list_sets_in_use(tx).await?;
    let set_ids: BTreeSet<i32> = in_use.iter().map(|set| set.set_id).collect();
    let packages: Vec<i32> = found.by_package.keys().copied().collect();
    let sets: HashMap<i32, Vec<i32>> =
        store::intersect_sets(tx, &set_ids.into_iter().collect::<Vec<_>>(), &packages)
            .await?
            .into_iter()
            .collect();
    for of_org in in_use.chunk_by(|a, b| a.org_id == b.org_id) {
        let org = OrgId::from_uuid(of_org[0].org_id);
        tell_org(tx, at, org, &found, of_org, &sets, Cause::Feed(snapshot)).await?;
    }
    Ok(())
}

async fn tell_org(
    tx: &mut SystemTx,
    at: Timestamp,
    org: OrgId,
    found: &Found,
    in_use: &[SetInUse],
    sets: &HashMap<i32, Vec<i32>>,
    cause: Cause,
) -> Result<()> {
    let rows = || {
        in_use
            .iter()
            .filter_map(|set| Some(((set.assets, set.simulated), &sets.get(&set.set_id)?[..])))
    };
    let here: BTreeSet<i32> = rows()
        .flat_map(|(_, packages)| packages)
        .flat_map(|package| &found.by_package[package])
        .map(|(advisory, _)| *advisory)
        .collect();
    let here: Vec<i32> = here.into_iter().collect();
    let new: HashSet<i32> = store::remember_for(tx, org, at, &here)
        .await?
        .into_iter()
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let reach = found.reach(rows(), &new);
    let ids: Vec<i32> = new.into_iter().collect();
    let advisories = store::load_advisories_as_system(tx, &ids).await?;
    outbox::append_all_for(tx, org, events(advisories, &reach, cause)).await
}

/// By package: the advisories that name it, as bad as they are for it.
struct Found {
    by_package: HashMap<i32, Vec<(i32, Option<Band>)>>,
}

impl Found {
    fn gather(matches: impl Iterator<Item = (i32, i32, Option<Band>)>) -> Found {
        let mut by_package: HashMap<i32, Vec<(i32, Option<Band>)>> = HashMap::new();
        for (package, advisory, band) in matches {
            by_package.entry(package).or_default().push((advisory, band));
        }
        Found { by_package }
    }

    fn advisories(&self) -> Vec<i32> {
        let all: BTreeSet<i32> = self.by_package.values().flatten().map(|(id, _)| *id).collect();
        all.into_iter().collect()
    }

    /// Each asset counts once for an advisory, however many of its packages it names.
    fn reach<'a>(
        &self,
        sets: impl Iterator<Item = ((i64, i64), &'a [i32])>,
        wanted: &HashSet<i32>,
    ) -> HashMap<i32, Reach> {
        let mut all: HashMap<i32, Reach> = HashMap::new();
        for ((assets, simulated), packages) in sets {
            let mut worst: HashMap<i32, Option<Band>> = HashMap::new();
            for (advisory, band) in packages.iter().filter_map(|id| self.by_package.get(id)).flatten() {
                if wanted.contains(advisory) {
                    let known = worst.entry(*advisory).or_default();
                    *known = (*known).max(*band);
                }
            }
            for (advisory, band) in worst {
                all.entry(advisory).or_default().add(assets, simulated, band);
            }
        }
        all
    }
}

fn events(advisories: Vec<Advisory>, reach: &HashMap<i32, Reach>, cause: Cause) -> Vec<NewEvent> {
    let mut found: Vec<(Advisory, Reach)> = advisories
        .into_iter()
        .filter_map(|advisory| Some((reach.get(&advisory.id).copied()?, advisory)))
        .map(|(reach, advisory)| (advisory, reach))
        .collect();
    let rank = |(advisory, reach): &(Advisory, Reach)| (advisory.kev, reach.band, reach.assets);
    found.sort_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| a.0.osv_id.cmp(&b.0.osv_id)));
    let told = found.iter().take(TOLD_ONE_BY_ONE_MAX);
    let mut events: Vec<NewEvent> = told
        .map(|(advisory, reach)| event(advisory, reach, cause))
        .collect();
    if found.len() > TOLD_ONE_BY_ONE_MAX {
        events.push(summary(&found, cause));
    }
    events
}

fn event(advisory: &Advisory, reach: &Reach, cause: Cause) -> NewEvent {
    NewEvent {
        event_type: EventType::CveDiscovered,
        subject: format!("advisories/{}", advisory.osv_id),
        data: with_cause(
            json!({
                "advisory_id": advisory.osv_id, "cves": advisory.cves, "summary": advisory.summary,
                "severity": reach.band.map(Band::name), "kev": advisory.kev, "assets": reach.assets,
                "simulated_assets": reach.simulated,
            }),
            cause,
        ),
    }
}

fn summary(found: &[(Advisory, Reach)], cause: Cause) -> NewEvent {
    let rated = |band: Option<Band>| found.iter().filter(|(_, reach)| reach.band == band).count();
    let by_severity = json!({
        "critical": rated(Some(Band::Critical)), "high": rated(Some(Band::High)),
        "medium": rated(Some(Band::Medium)), "low": rated(Some(Band::Low)), "none": rated(Some(Band::None)),
        "unknown": rated(None),
    });
    NewEvent {
        event_type: EventType::CveDiscoveredSummary,
        subject: "vulnerabilities".to_owned(),
        data: with_cause(
            json!({
                "advisories": found.len(), "told_one_by_one": TOLD_ONE_BY_ONE_MAX, "by_severity": by_severity,
                "kev": found.iter().filter(|(advisory, _)| advisory.kev == Some(true)).count(),
            }),
            cause,
        ),
    }
}

fn with_cause(mut data: Value, cause: Cause) -> Value {
    match cause {
        Cause::Inventory => data["cause"] = "inventory".into(),
        Cause::Feed(snapshot) => {
            data["cause"] = "feed".into();
            data["snapshot_id"] = snapshot.to_string().into();
        }
    }
    data
}
