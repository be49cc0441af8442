//! Judges an inventory by feeds that lie on this machine.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use indicatif::ProgressBar;
use qlrf_connectors::feed::{self, Batch, FeedError, Kind, Record, Sink, Snapshot, Source, find_kind};
use qlrf_core::advisory::Exploited;
use qlrf_core::package::Ecosystem;
use qlrf_engines::sbom::Inventory;
use qlrf_engines::vuln::names::{Key, shelf};
use qlrf_engines::vuln::severity::Band;
use qlrf_engines::vuln::{Builder, Compiled, Fix, advisory_keys, package_keys};
use serde::Serialize;

use crate::cli::{Failure, Result, progress};

pub struct Judged {
    /// The worst first.
    pub findings: Vec<Finding>,
    /// Packages of an ecosystem and release that some advisory speaks of.
    pub packages: usize,
    /// What could not be decided; none of it means "not affected".
    pub undecided: usize,
    pub snapshots: Vec<Snapshot>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The CVE where there is one, else the advisory's own id.
    pub id: Arc<str>,
    pub advisory: Arc<str>,
    pub summary: Arc<str>,
    pub package: Arc<str>,
    pub version: Arc<str>,
    pub arch: Arc<str>,
    /// The first version without it; absent when none is published.
    pub fixed_version: Option<String>,
    /// Absent when nobody rates it.
    pub severity: Option<&'static str>,
    #[serde(skip)]
    pub band: Option<Band>,
    /// Whose rules order its versions.
    #[serde(skip)]
    pub ecosystem: Ecosystem,
    pub cvss: Option<f64>,
    /// Absent when no catalogue was given, or when it is not in it: see `exploited`.
    pub exploited_since: Option<String>,
    /// Absent when no catalogue was given.
    pub exploited: Option<bool>,
    pub epss: Option<f64>,
}

/// Advisories first: of the other feeds only what matched matters.
pub async fn judge(inventory: &Inventory, feeds: &[String], bar: &ProgressBar) -> Result<Judged> {
    let feeds: Vec<(&'static Kind, Source)> = feeds.iter().map(|feed| parse(feed)).collect::<Result<_>>()?;
    let mut advisories = Advisories::new(inventory);
    let mut snapshots = Vec::new();
    for (kind, source) in feeds.iter().filter(|(kind, _)| kind.name == "osv") {
        snapshots.push(take(kind, source, &mut advisories, bar).await?);
    }
    let (shelves, compiled) = (advisories.shelves, advisories.builder.finish());
    let (mut findings, undecided) = find(inventory, &compiled);
    let mut scores = Scores {
        wanted: findings.iter().map(|finding| finding.id.clone()).collect(),
        ..Scores::default()
    };
    let mut has_kev = false;
    for (kind, source) in feeds.iter().filter(|(kind, _)| kind.name != "osv") {
        has_kev |= kind.name == "kev";
        snapshots.push(take(kind, source, &mut scores, bar).await?);
    }
    for finding in &mut findings {
        let listed = scores.exploited.get(&finding.id);
        finding.exploited = has_kev.then_some(listed.is_some());
        finding.exploited_since = listed.map(|entry| entry.added.to_string());
        finding.epss = scores.epss.get(&finding.id).copied();
    }
    findings.sort_by(|a, b| {
        let worst = |finding: &Finding| (finding.exploited == Some(true), finding.band.or(Some(Band::High)));
        worst(b)
            .cmp(&worst(a))
            .then_with(|| (&a.package, &a.version, &a.id).cmp(&(&b.package, &b.version, &b.id)))
    });
    let is_covered = |package: &&qlrf_core::package::Package| shelves.contains(&*shelf(&package.ecosystem).0);
    let packages = inventory.packages.packages().iter().filter(is_covered).count();
    Ok(Judged {
        findings,
        packages,
        undecided,
        snapshots,
    })
}

fn parse(feed: &str) -> Result<(&'static Kind, Source)> {
    let named = feed
        .split_once('=')
        .and_then(|(name, path)| Some((find_kind(name)?, path)));
    if let Some((kind, path)) = named {
        return Ok((kind, Source::parse(path)));
    }
    let source = Source::parse(feed);
    let kind = match &source {
        Source::Path(path) => feed::recognise(path)?,
        Source::Url(_) | Source::Mirror(_) => find_kind("osv").expect("it is in the list of kinds"),
    };
    Ok((kind, source))
}

async fn take(
    kind: &'static Kind,
    source: &Source,
    sink: &mut dyn Sink,
    bar: &ProgressBar,
) -> Result<Snapshot> {
    let shown = bar.clone();
    let on_progress: feed::OnProgress = Arc::new(move |seen| progress::show_feed(&shown, kind.title, seen));
    feed::sync(kind, source, sink, on_progress)
        .await
        .map_err(Failure::from)
}

/// Keeps only what speaks of a package that is there, so that a whole database costs no memory.
struct Advisories {
    keys: HashSet<Key>,
    shelves: BTreeSet<String>,
    builder: Builder,
}

impl Advisories {
    fn new(inventory: &Inventory) -> Advisories {
        Advisories {
            keys: inventory
                .packages
                .packages()
                .iter()
                .flat_map(package_keys)
                .collect(),
            shelves: BTreeSet::new(),
            builder: Builder::default(),
        }
    }
}

#[async_trait]
impl Sink for Advisories {
    async fn take(&mut self, batch: Batch) -> std::result::Result<(), FeedError> {
        for record in batch.records {
            let Record::Advisory(advisory) = record else {
                continue;
            };
            let keys = advisory_keys(&advisory);
            let speaks_of_one = keys.iter().any(|key| self.keys.contains(key));
            for (shelf, _) in keys {
                if !self.shelves.contains(&shelf) {
                    self.shelves.insert(shelf);
                }
            }
            // A withdrawal names nothing, and takes back what came before it.
            if speaks_of_one || advisory.withdrawn.is_some() {
                self.builder.add(&advisory);
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Scores {
    wanted: HashSet<Arc<str>>,
    exploited: HashMap<Arc<str>, Exploited>,
    epss: HashMap<Arc<str>, f64>,
}

#[async_trait]
impl Sink for Scores {
    async fn take(&mut self, batch: Batch) -> std::result::Result<(), FeedError> {
        for record in batch.records {
            match record {
                Record::Exploited(entry) if self.wanted.contains(&entry.cve) => {
                    self.exploited.insert(entry.cve.clone(), entry);
                }
                Record::Score(score) if self.wanted.contains(&score.cve) => {
                    // As published: 0.00043 and not 0.0004299999854993075.
                    let probability = score.probability.to_string().parse().unwrap_or_default();
                    self.epss.insert(score.cve, probability);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn find(inventory: &Inventory, compiled: &Compiled) -> (Vec<Finding>, usize) {
    let (mut findings, mut undecided) = (Vec::new(), 0);
    for package in inventory.packages.packages() {
        let matched = compiled.index.matches(package);
        undecided += matched.problems.len();
        for found in matched.matches {
            let own = std::slice::from_ref(&found.advisory.id);
            let ids = match found.advisory.cves.is_empty() {
                true => own,
                false => &found.advisory.cves[..],
            };
            findings.extend(ids.iter().map(|id| Finding {
                id: id.clone(),
                advisory: found.advisory.id.clone(),
                summary: found.advisory.summary.clone(),
                package: package.name.clone(),
                version: package.version.clone(),
                arch: package.arch.clone(),
                fixed_version: match found.fix {
                    Fix::Version(version) => Some(version.to_owned()),
                    Fix::After(_) | Fix::None => None,
                },
                severity: found.band.map(Band::name),
                band: found.band,
                ecosystem: package.ecosystem.clone(),
                cvss: found.score,
                exploited_since: None,
                exploited: None,
                epss: None,
            }));
        }
    }
    (findings, undecided)
}
