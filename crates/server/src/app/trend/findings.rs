//! Which vulnerabilities were open on which days: how bad they were, and how urgent.
//!
//! Urgency is worked out as the fleet view does it, from what was recorded of each day: estimates, catalogue, exposure,
//! criticality and share. Only the base score is the one that the advisory states today, in both.

use std::collections::{BTreeMap, HashMap};

use qlrf_core::advisory::is_cve;
use qlrf_core::error::Result;
use qlrf_engines::vuln::urgency::{Input, Level, urgency};
use qlrf_store::TenantTx;
use qlrf_store::trend::{self as rows, MatchDays, SetDays};

use super::covered::Covered;
use super::{Days, Series, contents, on, with_software};
use crate::api::types::trend::FindingDay;
use crate::fleet::{CRITICALITIES, EXPOSURES, Fleet, rounded};

/// Ratings, the worst first; the last is "not rated".
const RATINGS: [Option<&str>; 5] = [Some("critical"), Some("high"), Some("medium"), Some("low"), None];

/// Assets over the days, by what makes a vulnerability worse on them.
#[derive(Default)]
struct Ground {
    /// How many were there on exactly these days.
    assets: BTreeMap<Days, u64>,
    /// Days on which one of those in question was there.
    within: Days,
    exposure: [Days; EXPOSURES.len()],
    criticality: [Days; CRITICALITIES.len()],
}

/// One vulnerability.
#[derive(Default)]
struct History {
    ground: Ground,
    /// By rating: days on which an asset in question had a package that is rated so.
    ratings: [Days; RATINGS.len()],
    cvss: Vec<(Days, f32)>,
    kev: Days,
    epss: Vec<(Days, f32)>,
}

/// What one package has: the vulnerability's place, the days and the rating.
type Named = (usize, Days, usize);

pub struct JudgedDay {
    pub assets_with_software: u64,
    /// Of them, those of whose packages some advisory that was held by then could speak.
    pub assets: u64,
    /// `None`: nothing could be judged.
    pub findings: Option<FindingDay>,
}

pub(super) async fn by_day(
    tx: &mut TenantTx,
    series: Series,
    fleet: &Fleet,
    sets: &[SetDays],
    doubted: &HashMap<(i32, Days), u64>,
) -> Result<Vec<JudgedDay>> {
    let mut estate = Ground::default();
    let mut grounds: HashMap<i32, Ground> = HashMap::new();
    for set in sets {
        estate.add_row(series, set);
        if let Some(id) = set.package_set_id {
            grounds.entry(id).or_default().add_row(series, set);
        }
    }
    let held = contents(tx, fleet, grounds.keys().copied()).await?;
    let mut package_days: HashMap<i32, Days> = HashMap::new();
    for (set, packages) in &held {
        let days = grounds[set].days();
        for package in packages.iter() {
            *package_days.entry(*package).or_default() |= days;
        }
    }
    let packages: Vec<i32> = package_days.keys().copied().collect();
    let matches = rows::list_matches(tx, series.window(), &packages).await?;
    let (names, mut histories, named) = gather(series, &matches, &package_days);
    let mut had = Had {
        days: vec![0; names.len()],
        places: Vec::new(),
    };
    let mut found: HashMap<i32, Days> = HashMap::new();
    for (set, packages) in &held {
        let days = spread(&mut histories, &grounds[set], packages, &named, &mut had);
        found.insert(*set, days);
    }
    let catalogue = score(tx, series, &names, &mut histories).await?;
    let covered = Covered::load(tx, series, &held, &packages).await?;
    let days = count(series, &names, &histories, &estate, catalogue);
    let judged = |(n, day): (u32, FindingDay)| {
        let is_covered = |id: i32| covered.by_set.get(&id).is_some_and(|days| on(*days, n));
        let assets_with_software = with_software(series, n, sets, &|_| true);
        // What was found stays found; that nothing is wrong, old facts cannot say.
        let is_sound = |id: i32| !found.get(&id).is_some_and(|days| on(*days, n));
        let is_doubted =
            |((id, days), _): &(&(i32, Days), &u64)| on(*days, n) && is_covered(*id) && is_sound(*id);
        let doubted: u64 = doubted.iter().filter(is_doubted).map(|(_, assets)| assets).sum();
        let assets = with_software(series, n, sets, &is_covered).saturating_sub(doubted);
        // Where there is nothing to judge, nothing is wrong once there are advisories.
        let known = assets > 0 || (assets_with_software == 0 && on(covered.any, n));
        JudgedDay {
            assets_with_software,
            assets,
            findings: known.then_some(day),
        }
    };
    Ok((0..series.count).zip(days).map(judged).collect())
}

impl Ground {
    fn add_row(&mut self, series: Series, row: &SetDays) {
        let days = series.held(row.from_day, row.to_day);
        *self.assets.entry(days).or_default() += row.assets.unsigned_abs();
        self.within |= if row.within { days } else { 0 };
        if let Some(place) = EXPOSURES.iter().position(|(_, word)| *word == row.exposure) {
            self.exposure[place] |= days;
        }
        if let Some(place) = CRITICALITIES
            .iter()
            .position(|(_, word)| *word == row.criticality)
        {
            self.criticality[place] |= days;
        }
    }

    /// The assets of another one, on some days.
    fn add(&mut self, other: &Ground, days: Days) {
        for (theirs, assets) in &other.assets {
            *self.assets.entry(theirs & days).or_default() += assets;
        }
        self.within |= other.within & days;
        for (own, theirs) in self.exposure.iter_mut().zip(&other.exposure) {
            *own |= theirs & days;
        }
        for (own, theirs) in self.criticality.iter_mut().zip(&other.criticality) {
            *own |= theirs & days;
        }
    }

    fn days(&self) -> Days {
        self.assets.keys().fold(0, |all, days| all | days)
    }

    fn assets_on(&self, n: u32) -> u64 {
        let there = self.assets.iter().filter(|(days, _)| on(**days, n));
        there.map(|(_, assets)| assets).sum()
    }
}

/// The vulnerabilities that the packages had, and which package had which.
fn gather<'a>(
    series: Series,
    matches: &'a [MatchDays],
    package_days: &HashMap<i32, Days>,
) -> (Vec<&'a str>, Vec<History>, HashMap<i32, Vec<Named>>) {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let (mut names, mut histories): (Vec<&str>, Vec<History>) = Default::default();
    let mut named: HashMap<i32, Vec<Named>> = HashMap::new();
    for found in matches {
        let days = series.held(found.from_day, found.to_day) & package_days[&found.package_id];
        if days == 0 {
            continue;
        }
        let rating = rating(found.severity.as_deref());
        for id in ids(found) {
            let place = *places.entry(id).or_insert_with(|| {
                names.push(id);
                histories.push(History::default());
                names.len() - 1
            });
            histories[place]
                .cvss
                .extend(found.cvss_score.map(|score| (days, score)));
            named
                .entry(found.package_id)
                .or_default()
                .push((place, days, rating));
        }
    }
    (names, histories, named)
}

/// The CVEs where there are any, else the advisory's own id.
fn ids(found: &MatchDays) -> impl Iterator<Item = &str> {
    let ids = match found.cves.is_empty() {
        true => std::slice::from_ref(&found.osv_id),
        false => &found.cves,
    };
    ids.iter().map(String::as_str)
}

fn rating(severity: Option<&str>) -> usize {
    let severity = match severity {
        Some("none") => Some("low"),
        other => other,
    };
    let place = RATINGS.iter().position(|rating| *rating == severity);
    place.unwrap_or(RATINGS.len() - 1)
}

/// Days on which one set had each vulnerability. Made once for all sets, and emptied after each.
struct Had {
    days: Vec<Days>,
    /// Those with any day.
    places: Vec<usize>,
}

/// From a package set to what its packages have: an asset counts once, however many of them have the same. Answers the
/// days on which the set had anything.
fn spread(
    histories: &mut [History],
    ground: &Ground,
    packages: &[i32],
    named: &HashMap<i32, Vec<Named>>,
    had: &mut Had,
) -> Days {
    let mut any = 0;
    for (place, days, rating) in packages.iter().filter_map(|id| named.get(id)).flatten() {
        if had.days[*place] == 0 {
            had.places.push(*place);
        }
        had.days[*place] |= days;
        any |= days;
        histories[*place].ratings[*rating] |= days & ground.within;
    }
    for place in had.places.drain(..) {
        histories[place]
            .ground
            .add(ground, std::mem::take(&mut had.days[place]));
    }
    any
}

/// Puts the catalogue's entries and the estimates in; answers the days on which there was a catalogue at all.
async fn score(tx: &mut TenantTx, series: Series, names: &[&str], histories: &mut [History]) -> Result<Days> {
    let places: HashMap<&str, usize> = names.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let mut catalogue = 0;
    for entry in rows::list_kev(tx, series.window()).await? {
        let days = series.held(entry.from_day, entry.to_day);
        catalogue |= days;
        if let Some(place) = places.get(&entry.cve[..]) {
            histories[*place].kev |= days;
        }
    }
    for entry in rows::list_epss(tx, series.window(), names).await? {
        let days = series.held(entry.from_day, entry.to_day);
        histories[places[&entry.cve[..]]].epss.push((days, entry.score));
    }
    Ok(catalogue)
}

fn count(
    series: Series,
    names: &[&str],
    histories: &[History],
    estate: &Ground,
    catalogue: Days,
) -> Vec<FindingDay> {
    let mut counted = vec![FindingDay::default(); series.count as usize];
    let assets: Vec<u64> = (0..series.count).map(|n| estate.assets_on(n)).collect();
    for (id, history) in names.iter().zip(histories) {
        let listed = if is_cve(id) { catalogue } else { 0 };
        let mut before: Option<(Input, Option<Level>)> = None;
        for n in 0..series.count {
            let Some(rating) = history.ratings.iter().position(|days| on(*days, n)) else {
                continue;
            };
            let input = history.input(n, assets[n as usize], on(listed, n));
            // Most days are like the one before.
            let level = match before {
                Some((same, level)) if same == input => level,
                _ => urgency(&input).level(),
            };
            before = Some((input, level));
            counted[n as usize].add(rating, level, on(history.kev, n));
        }
    }
    counted
}

impl History {
    fn input(&self, n: u32, assets: u64, is_listed: bool) -> Input {
        let ground = &self.ground;
        let scores = self.cvss.iter().filter(|(days, _)| on(*days, n));
        let score = scores.map(|(_, score)| *score).max_by(f32::total_cmp);
        let estimate = self.epss.iter().find(|(days, _)| on(*days, n));
        let exposure = ground.exposure.iter().position(|days| on(*days, n));
        let criticality = ground.criticality.iter().position(|days| on(*days, n));
        Input {
            cvss: score.map(rounded),
            epss: estimate.map(|(_, score)| f64::from(*score)),
            exploited: is_listed.then_some(on(self.kev, n)),
            exposure: exposure.map(|place| EXPOSURES[place].0),
            criticality: criticality.map(|place| CRITICALITIES[place].0),
            fleet_share: (assets > 0).then(|| ground.assets_on(n) as f64 / assets as f64),
        }
    }
}

impl FindingDay {
    fn add(&mut self, rating: usize, level: Option<Level>, is_exploited: bool) {
        let place = match RATINGS[rating] {
            Some("critical") => &mut self.critical,
            Some("high") => &mut self.high,
            Some("medium") => &mut self.medium,
            Some(_) => &mut self.low,
            None => &mut self.unknown,
        };
        *place += 1;
        self.kev += u64::from(is_exploited);
        self.urgency.add(level);
    }
}
