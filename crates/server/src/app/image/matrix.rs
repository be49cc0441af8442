//! The image × patch matrix: which versions run where, what is wrong there, and since when.

use std::collections::{BTreeMap, HashMap};

use qlrf_core::drift::DriftState;
use qlrf_core::error::Result;
use qlrf_core::time::{Timestamp, now};
use roaring::RoaringBitmap;
use uuid::Uuid;

use super::{ListQuery, Listed, list};
use crate::api::types::image_matrix::{FindingCounts, ImageMatrix, MatrixCell, MatrixColumn, MatrixRow};
use crate::fleet::{Dimension, Filter, Fleet, Groups, Symbol};
use crate::opcx::OpCx;

/// More rows or columns nobody reads; the totals say how many there are.
const ROWS_MAX: usize = 500;
const COLUMNS_MAX: usize = 50;

pub struct MatrixQuery {
    pub by: Dimension,
    pub family: Option<String>,
    pub filter: Filter,
    pub as_of: Option<Timestamp>,
}

/// Assets of one version by the value of the column.
type Cells = BTreeMap<Symbol, RoaringBitmap>;

pub async fn matrix(cx: &OpCx, query: &MatrixQuery) -> Result<ImageMatrix> {
    let wanted = ListQuery {
        family: query.family.clone(),
        status: None,
        at: query.as_of,
    };
    let listed = list(cx, &wanted).await?;
    let fleet = cx.app().fleets.get(cx.org(), query.as_of).await?;
    let at = query.as_of.unwrap_or_else(now);
    let assets = query.filter.select(&fleet, at);
    let by_image = fleet.by_image(&assets);
    let mut cells: HashMap<Uuid, Cells> = by_image
        .map(|(image, assets)| (image, fleet.group_by(&assets, query.by).collect()))
        .collect();
    let linked: u64 = cells
        .values()
        .flat_map(Cells::values)
        .map(RoaringBitmap::len)
        .sum();
    let (columns, columns_total) = columns(&fleet, &listed, &cells);
    let (current, simulated) = (fleet.in_state(DriftState::Current), fleet.simulated());
    let mut cells_of = CellsOf {
        groups: Groups::new(&fleet),
        fleet: &fleet,
        current: &current,
        simulated: &simulated,
        at,
    };
    let rows_total = listed.len() as u64;
    let rows = listed.into_iter().take(ROWS_MAX).map(|listed| {
        let cells = cells.remove(&listed.summary.id).unwrap_or_default();
        cells_of.row(listed, cells, &columns)
    });
    let rows = rows.collect();
    let column = |(symbol, assets): &(Symbol, u64)| MatrixColumn {
        value: fleet.symbols.word(*symbol).map(ToString::to_string),
        assets: *assets,
    };
    Ok(ImageMatrix {
        as_of: at,
        feeds_as_of: fleet.vulnerabilities.feeds_as_of,
        by: query.by.name().to_owned(),
        columns: columns.iter().map(column).collect(),
        columns_total,
        rows,
        rows_total,
        assets: assets.len(),
        assets_unlinked: assets.len() - linked,
        simulated: assets.intersection_len(&simulated),
    })
}

/// The columns with the most assets, and how many there are in all.
fn columns(fleet: &Fleet, listed: &[Listed], cells: &HashMap<Uuid, Cells>) -> (Vec<(Symbol, u64)>, u64) {
    let mut columns: BTreeMap<Symbol, u64> = BTreeMap::new();
    let shown = listed.iter().filter_map(|listed| cells.get(&listed.summary.id));
    for (symbol, members) in shown.flatten() {
        *columns.entry(*symbol).or_default() += members.len();
    }
    let total = columns.len() as u64;
    let mut columns: Vec<(Symbol, u64)> = columns.into_iter().collect();
    let word = |symbol| fleet.symbols.word(symbol);
    columns.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| word(a.0).cmp(&word(b.0))));
    columns.truncate(COLUMNS_MAX);
    (columns, total)
}

/// What the cells of one answer are filled from.
struct CellsOf<'a> {
    fleet: &'a Fleet,
    groups: Groups<'a>,
    current: &'a RoaringBitmap,
    simulated: &'a RoaringBitmap,
    at: Timestamp,
}

impl CellsOf<'_> {
    fn row(&mut self, listed: Listed, cells: Cells, columns: &[(Symbol, u64)]) -> MatrixRow {
        let shown = columns
            .iter()
            .filter_map(|(symbol, _)| Some((*symbol, cells.get(symbol)?)));
        let shown = shown
            .map(|(symbol, members)| self.cell(symbol, members))
            .collect();
        let summary = listed.summary;
        MatrixRow {
            id: summary.id,
            family: summary.family,
            version: summary.version,
            status: summary.status,
            newest: listed.newest,
            revoked: summary.revoked_at.is_some(),
            simulated: summary.simulated,
            versions_behind: listed.versions_behind,
            superseded_at: listed.superseded_at,
            superseded_days: listed.superseded_at.map(|since| days(since, self.at)),
            assets: cells.values().map(RoaringBitmap::len).sum(),
            cells: shown,
        }
    }

    fn cell(&mut self, column: Symbol, members: &RoaringBitmap) -> MatrixCell {
        let drifted = members - self.current;
        let since = self
            .fleet
            .rows(&drifted)
            .filter_map(|(_, row)| row.drift_from)
            .min();
        let found = self.groups.of(members);
        let counts = found.counts;
        let findings = FindingCounts {
            critical: counts.critical,
            high: counts.high,
            medium: counts.medium,
            low: counts.low,
            unknown: counts.unknown,
            kev: counts.kev,
            urgency_max: found.urgency_max,
        };
        MatrixCell {
            value: self.fleet.symbols.word(column).map(ToString::to_string),
            assets: members.len(),
            simulated: members.intersection_len(self.simulated),
            current: members.intersection_len(self.current),
            judged: found.judged,
            findings: (found.judged > 0).then_some(findings),
            drifted_since: since,
            drift_days: since.map(|since| days(since, self.at)),
        }
    }
}

fn days(since: Timestamp, at: Timestamp) -> i64 {
    (at - since).whole_days().max(0)
}
