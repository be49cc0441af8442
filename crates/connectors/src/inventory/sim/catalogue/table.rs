//! The tables of packages: what each source package builds, and which version it had since when.

use std::sync::{Arc, OnceLock};

use qlrf_core::package::Ecosystem;
use qlrf_core::time::Date;

use super::Family;

pub(super) fn ecosystem(family: &Family) -> Ecosystem {
    static NAMES: OnceLock<Vec<Ecosystem>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        TABLES
            .iter()
            .map(|table| Ecosystem::new(table.ecosystem))
            .collect()
    });
    names[family.table].clone()
}

pub(super) fn rows_of(family: &Family) -> impl Iterator<Item = &'static Row> {
    static ROWS: OnceLock<Vec<Vec<Row>>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        TABLES
            .iter()
            .map(|t| t.text.lines().filter_map(|l| row(t, l)).collect())
            .collect()
    });
    let roles = family.roles;
    rows[family.table]
        .iter()
        .filter(move |row| row.roles.iter().any(|role| roles.contains(role)))
}

/// One source package and what is built from it.
pub(super) struct Row {
    pub source: Arc<str>,
    roles: Vec<&'static str>,
    pub binaries: Vec<Binary>,
    /// Source versions with the day they became available, oldest first; never empty.
    pub history: Vec<(Date, Arc<str>)>,
}

pub(super) struct Binary {
    pub name: Arc<str>,
    pub arch: Arc<str>,
    /// Beside [`Row::history`].
    pub versions: Vec<Arc<str>>,
}

impl Row {
    /// The step of the history that was current on that day.
    pub fn at(&self, day: Date) -> usize {
        self.history
            .iter()
            .rposition(|(since, _)| *since <= day)
            .unwrap_or(0)
    }
}

fn row(table: &Table, line: &'static str) -> Option<Row> {
    if line.starts_with('#') {
        return None;
    }
    let mut columns = line.split('\t');
    let (source, roles, binaries, history) =
        (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
    let history: Vec<(Date, Arc<str>)> = history
        .split(' ')
        .map(|step| parse_step(step).expect("a test reads every line of every table"))
        .collect();
    let binaries = binaries
        .split(' ')
        .map(|word| binary(table, source, word, &history))
        .collect();
    Some(Row {
        source: source.into(),
        roles: roles.split(',').collect(),
        binaries,
        history,
    })
}

fn parse_step(step: &str) -> Option<(Date, Arc<str>)> {
    let (day, version) = step.split_once('=')?;
    Some((parse_day(day)?, version.into()))
}

/// `2026-11-21`.
pub fn parse_day(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    let month = time::Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

fn binary(table: &Table, source: &str, word: &str, history: &[(Date, Arc<str>)]) -> Binary {
    let (word, arch) = word.split_once('/').unwrap_or((word, table.default_arch));
    let arch = if arch == "all" { "all" } else { arch };
    let (name, suffix) = word.split_once('*').unwrap_or((word, ""));
    // Debian signs its kernels in a source package of its own, whose version has a plus where the kernel's has a dash.
    let signed = source.starts_with("linux-signed");
    let versions = history
        .iter()
        .enumerate()
        .map(
            |(step, (_, version))| match (signed, step == 0 && !suffix.is_empty()) {
                (true, _) => version.replacen('+', "-", 1).into(),
                // A binary rebuild belongs to the version it was made from; later versions start without one.
                (false, true) => format!("{version}{suffix}").into(),
                (false, false) => version.clone(),
            },
        )
        .collect();
    Binary {
        name: name.into(),
        arch: arch.into(),
        versions,
    }
}

struct Table {
    ecosystem: &'static str,
    default_arch: &'static str,
    text: &'static str,
}

const TABLES: &[Table] = &[
    Table {
        ecosystem: "Debian:12",
        default_arch: "amd64",
        text: include_str!("../data/debian12.tsv"),
    },
    Table {
        ecosystem: "Ubuntu:22.04:LTS",
        default_arch: "amd64",
        text: include_str!("../data/ubuntu2204.tsv"),
    },
    Table {
        ecosystem: "AlmaLinux:9",
        default_arch: "x86_64",
        text: include_str!("../data/alma9.tsv"),
    },
    Table {
        ecosystem: "Alpine:v3.19",
        default_arch: "x86_64",
        text: include_str!("../data/alpine319.tsv"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_every_table_reads_with_rising_dates() {
        for table in TABLES {
            let lines = table.text.lines().filter(|line| !line.starts_with('#'));
            for line in lines {
                let row = row(table, line).unwrap_or_else(|| panic!("{}: {line}", table.ecosystem));
                assert!(!row.binaries.is_empty() && !row.history.is_empty(), "{line}");
                assert!(
                    row.history
                        .windows(2)
                        .all(|w| w[0].0 < w[1].0 && w[0].1 != w[1].1),
                    "{line}"
                );
            }
        }
    }
}
