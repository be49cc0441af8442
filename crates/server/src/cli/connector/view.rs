//! Connectors and collections as tables.

use qlrf_core::time::now;

use super::super::Table;
use super::super::printer::relative;
use crate::api::types::connector::{Connector, ConnectorKind, ConnectorWatch, Sync};

pub fn table(all: &[Connector]) -> Table {
    let mut table = Table::new(
        &["name", "kind", "last sync", "when", "next", "changes"],
        "no connectors; add one with `qlrf connector add`",
    );
    for connector in all {
        let last = connector.last_sync.as_ref();
        let name = if connector.simulated {
            format!("{} ▒ simulated", connector.name)
        } else {
            connector.name.clone()
        };
        table.row(vec![
            name,
            connector.kind.clone(),
            last.map_or("never".to_owned(), |sync| outcome(&sync.outcome)),
            last.and_then(|sync| sync.ended_at)
                .map_or(String::new(), |at| relative(at, now())),
            next(connector),
            last.map_or(String::new(), |sync| {
                let assets = format!("+{} ~{} -{}", sync.added, sync.changed, sync.removed);
                format!("{assets}{}", of_resources(sync))
            }),
        ]);
    }
    table
}

fn next(connector: &Connector) -> String {
    match connector.next_sync_at {
        _ if !connector.enabled => "disabled".to_owned(),
        Some(at) => relative(at, now()),
        None if connector.interval_s.is_some() => "now".to_owned(),
        None => "by hand".to_owned(),
    }
}

pub fn kind_table(kinds: &[ConnectorKind]) -> Table {
    let mut table = Table::new(&["kind", "title", "summary"], "");
    for kind in kinds {
        table.row(vec![kind.name.clone(), kind.title.clone(), kind.summary.clone()]);
    }
    table
}

pub fn fields(connector: &Connector) -> Table {
    Table::fields(&[
        ("name", connector.name.clone()),
        ("id", connector.id.to_string()),
        ("kind", connector.kind.clone()),
        (
            "simulated",
            if connector.simulated {
                "▒ simulated".to_owned()
            } else {
                "no".to_owned()
            },
        ),
        ("config", connector.config.to_string()),
        ("next sync", next(connector)),
        ("changes", changes_seen(connector.watch.as_ref())),
        ("failures in a row", connector.failures.to_string()),
    ])
}

/// How soon what changes is seen.
fn changes_seen(watch: Option<&ConnectorWatch>) -> String {
    let Some(watch) = watch else {
        return "seen by the next sync".to_owned();
    };
    let since = relative(watch.since, now());
    let gaps = watch.gaps.join("; ");
    match watch.state.as_str() {
        "watching" => format!("● watched since {since}"),
        "partial" => format!("▲ watched in part since {since}: {gaps}"),
        "refused" => format!("▲ seen by the next sync: {gaps}"),
        state => {
            let error = watch.error.as_deref().unwrap_or_default();
            format!("◆ {state} since {since}, seen by the next sync: {error}")
        }
    }
}

pub fn sync_fields(sync: &Sync) -> Table {
    let mut fields = vec![
        ("outcome", outcome(&sync.outcome)),
        (
            "scopes",
            format!("{} ({} incomplete)", sync.scopes, sync.partial_scopes),
        ),
        (
            "assets",
            format!(
                "{} added, {} changed, {} unchanged, {} removed",
                sync.added, sync.changed, sync.unchanged, sync.removed
            ),
        ),
        (
            "resources",
            format!(
                "{} added, {} changed, {} removed",
                sync.resources_added, sync.resources_changed, sync.resources_removed
            ),
        ),
    ];
    if sync.held_back > 0 {
        fields.push((
            "held back",
            format!("{} removals wait for --confirm-removals", sync.held_back),
        ));
    }
    if let Some(detail) = &sync.detail {
        fields.push(("note", detail.clone()));
    }
    Table::fields(&fields)
}

pub fn sync_table(syncs: &[Sync]) -> Table {
    let headings = ["queued", "outcome", "took", "requests", "changes", "by", "note"];
    let mut table = Table::new(&headings, "never synced");
    for sync in syncs {
        let took = sync.started_at.zip(sync.ended_at).map(|(from, to)| to - from);
        table.row(vec![
            relative(sync.queued_at, now()),
            outcome(&sync.outcome),
            took.map_or(String::new(), |took| format!("{:.1} s", took.as_seconds_f64())),
            sync.requests
                .map_or(String::new(), |requests| requests.to_string()),
            changes(sync),
            sync.requested_by.clone(),
            match (&sync.code, &sync.detail) {
                (Some(code), Some(detail)) => format!("{code}: {detail}"),
                (_, detail) => detail.clone().unwrap_or_default(),
            },
        ]);
    }
    table
}

fn changes(sync: &Sync) -> String {
    let mut text = format!(
        "+{} ~{} -{} ={}",
        sync.added, sync.changed, sync.removed, sync.unchanged
    );
    if sync.held_back > 0 {
        text.push_str(&format!(" ({} held back)", sync.held_back));
    }
    text + &of_resources(sync)
}

/// Nothing where none of them changed: most connectors bring assets alone.
fn of_resources(sync: &Sync) -> String {
    match [
        sync.resources_added,
        sync.resources_changed,
        sync.resources_removed,
    ] {
        [0, 0, 0] => String::new(),
        [added, changed, removed] => format!(", resources +{added} ~{changed} -{removed}"),
    }
}

fn outcome(outcome: &str) -> String {
    let glyph = match outcome {
        "complete" => "●",
        "partial" => "▲",
        "failed" | "interrupted" => "◆",
        "cancelled" => "○",
        _ => "◐",
    };
    format!("{glyph} {outcome}")
}
