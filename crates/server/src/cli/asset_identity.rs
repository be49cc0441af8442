//! Which sources see an asset, by what proof, and the way to take one out.

use qlrf_core::time::now;
use serde_json::json;

use super::asset::find;
use super::printer::{Printer, relative};
use super::{Cli, Client, Failure, Result, Table};
use crate::api::types::asset::{Asset, AssetPlace, AssetSource, Identity, IdentityConflict, because};

pub fn seen_by(asset: &Asset) -> String {
    let names = asset.sources.iter().map(|source| &source.connector[..]);
    names.collect::<Vec<_>>().join(", ")
}

/// What a table of fields has no room for.
pub fn show(printer: &Printer, asset: &Asset) {
    if asset.sources.len() > 1 {
        printer.line("");
        printer.table(&source_table(&asset.sources));
    }
    if let Some(split) = &asset.split {
        let (author, at) = (&split.author, relative(split.at, now()));
        printer.line(&format!(
            "\nsplit from {} by {author} {at}: {}",
            split.from_id, split.reason
        ));
    }
    if !asset.conflicts.is_empty() {
        printer.line("");
        printer.table(&conflict_table(&asset.conflicts));
    }
}

pub async fn split(cli: &Cli, client: &Client, asset: &str, source: &str, reason: &str) -> Result<()> {
    let id = find(client, Some(asset)).await?;
    let asset: Asset = client.get(&format!("/assets/{id}"), &[]).await?;
    let source = find_source(&asset, source)?;
    let body = json!({"source": source.id, "reason": reason});
    let left: AssetPlace = client.post(&format!("/assets/{id}/split"), &body).await?;
    cli.printer.show(&left, |left| {
        Table::fields(&[
            ("asset", left.asset_id.to_string()),
            ("split from it", source.id.to_string()),
        ])
    });
    cli.printer
        .note(&format!("`qlrf asset join {}` takes it back", source.id));
    Ok(())
}

pub async fn join(cli: &Cli, client: &Client, asset: &str) -> Result<()> {
    let id = find(client, Some(asset)).await?;
    let now: AssetPlace = client.post(&format!("/assets/{id}/join"), &json!({})).await?;
    cli.printer
        .show(&now, |now| Table::fields(&[("asset", now.asset_id.to_string())]));
    if now.asset_id == id {
        cli.printer
            .note("nothing proves that it is part of another asset");
    }
    Ok(())
}

pub async fn conflicts(cli: &Cli, client: &Client) -> Result<()> {
    let found: Vec<IdentityConflict> = client.get("/identity-conflicts", &[]).await?;
    cli.printer.show(&found, |found| conflict_table(found));
    Ok(())
}

fn find_source<'a>(asset: &'a Asset, named: &str) -> Result<&'a AssetSource> {
    let is_named = |source: &&AssetSource| {
        source.connector == named || source.native_id == named || source.id.to_string() == named
    };
    let found: Vec<&AssetSource> = asset.sources.iter().filter(is_named).collect();
    match found[..] {
        [one] => Ok(one),
        [] => Err(
            Failure::not_found(format!("no source of the asset is called {named}"))
                .hint("`qlrf asset show` lists its sources"),
        ),
        _ => {
            Err(Failure::usage(format!("{} sources are called that", found.len())).hint("name one by its id"))
        }
    }
}

fn source_table(sources: &[AssetSource]) -> Table {
    let mut table = Table::new(
        &["seen by", "as", "last seen", "its word", "same machine by"],
        "no source",
    );
    for source in sources {
        table.row(vec![
            format!("{} ({})", source.connector, source.connector_kind),
            format!("{} {}", source.kind, source.native_id),
            source
                .last_seen
                .map_or("◌ never".to_owned(), |at| relative(at, now())),
            source.fields.join(", "),
            source.proof.iter().map(shown).collect::<Vec<_>>().join("\n"),
        ]);
    }
    table
}

fn conflict_table(conflicts: &[IdentityConflict]) -> Table {
    let mut table = Table::new(
        &["identity", "joins nobody because", "claimed by"],
        "no identity is claimed in a way that contradicts itself",
    );
    for conflict in conflicts {
        let mut names: Vec<&str> = conflict.assets.iter().map(|asset| &asset.name[..]).collect();
        if conflict.more {
            names.push("and more");
        }
        table.row(vec![
            shown(&conflict.identity),
            because(&conflict.reason).to_owned(),
            names.join(", "),
        ]);
    }
    table
}

fn shown(identity: &Identity) -> String {
    format!("{} {}", identity.kind.replace('_', " "), identity.value)
}
