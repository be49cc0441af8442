//! The image × patch matrix: which versions run where, what is wrong there, and since when.

use std::collections::{BTreeMap, HashMap};

use qlrf_core::error::Result;
use qlrf_core::time::{Timestamp, now};
use uuid::Uuid;

use super::{ListQuery, Listed, list};
use crate::api::types::image_matrix::{FindingCounts, ImageMatrix, MatrixCell, MatrixColumn, MatrixRow};
use crate::fleet::{Dimension, Filter, Fleet, Groups, Ordinal, Symbol};
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
type Cells = BTreeMap<Symbol, Vec<Ordinal>>;

pub async fn matrix(cx: &OpCx, query: &MatrixQuery) -> Result<ImageMatrix> {
    let wanted = ListQuery {
        family: query.family.clone(),
        status: None,
        at: query.as_of,
    };
    let listed = list(cx, &wanted).await?;
    let fleet = cx.app().fleets.get(cx.org(), query.as_of).await?;
    let at = query.as_of.unwrap_or_else(now);
    let bound = query.filter.bind(&fleet, at);
    let mut cells: HashMap<Uuid, Cells> = HashMap::new();
    let (mut assets, mut unlinked, mut simulated) = (0, 0, 0);
    for (ordinal, row) in fleet.select(&bound) {
        assets += 1;
        simulated += u64::from(row.simulated);
        match row.image_id {
            Some(image) => cells
                .entry(image)
                .or_default()
                .entry(row.get(query.by))
                .or_default()
                .push(ordinal),
            None => unlinked += 1,
        }
    }
    let (columns, columns_total) = columns(&fleet, &listed, &cells);
    let mut groups = Groups::new(&fleet);
    let rows_total = listed.len() as u64;
    let rows = listed.into_iter().take(ROWS_MAX).map(|listed| {
        let cells = cells.remove(&listed.summary.id).unwrap_or_default();
        row(&fleet, &mut groups, listed, cells, &columns, at)
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
        assets,
        assets_unlinked: unlinked,
        simulated,
    })
}

/// The columns with the most assets, and how many there are in all.
fn columns(fleet: &Fleet, listed: &[Listed], cells: &HashMap<Uuid, Cells>) -> (Vec<(Symbol, u64)>, u64) {
    let mut columns: BTreeMap<Symbol, u64> = BTreeMap::new();
    let shown = listed.iter().filter_map(|listed| cells.get(&listed.summary.id));
    for (symbol, members) in shown.flatten() {
        *columns.entry(*symbol).or_default() += members.len() as u64;
    }
    let total = columns.len() as u64;
    let mut columns: Vec<(Symbol, u64)> = columns.into_iter().collect();
    let word = |symbol| fleet.symbols.word(symbol);
    columns.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| word(a.0).cmp(&word(b.0))));
    columns.truncate(COLUMNS_MAX);
    (columns, total)
}

fn row(
    fleet: &Fleet,
    groups: &mut Groups<'_>,
    listed: Listed,
    cells: Cells,
    columns: &[(Symbol, u64)],
    at: Timestamp,
) -> MatrixRow {
    let assets = cells.values().map(|members| members.len() as u64).sum();
    let shown = columns
        .iter()
        .filter_map(|(symbol, _)| Some((*symbol, cells.get(symbol)?)));
    let cells = shown
        .map(|(symbol, members)| cell(fleet, groups, symbol, members, at))
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
        superseded_days: listed.superseded_at.map(|since| days(since, at)),
        assets,
        cells,
    }
}

fn cell(
    fleet: &Fleet,
    groups: &mut Groups<'_>,
    column: Symbol,
    members: &[Ordinal],
    at: Timestamp,
) -> MatrixCell {
    let rows = || members.iter().filter_map(|asset| fleet.row(*asset));
    let current = |row: &&crate::fleet::Row| {
        fleet
            .word(row, Dimension::Drift)
            .is_some_and(|word| &word[..] == "current")
    };
    let since = rows()
        .filter(|row| !current(row))
        .filter_map(|row| row.drift_from)
        .min();
    let found = groups.of(members);
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
        value: fleet.symbols.word(column).map(ToString::to_string),
        assets: members.len() as u64,
        simulated: rows().filter(|row| row.simulated).count() as u64,
        current: rows().filter(current).count() as u64,
        judged: found.judged,
        findings: (found.judged > 0).then_some(findings),
        drifted_since: since,
        drift_days: since.map(|since| days(since, at)),
    }
}

fn days(since: Timestamp, at: Timestamp) -> i64 {
    (at - since).whole_days().max(0)
}
