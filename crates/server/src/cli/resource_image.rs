//! What a container image holds, and what is wrong with it.

use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Cli, Client, Result, Table};
use crate::api::page::LIMIT_MAX;
use crate::api::types::container::{
    ImageFinding, ImagePackages, ImageSoftware, ImageVulnerabilities, SoftwareState,
};

pub async fn packages(cli: &Cli, id: Uuid, word: Option<String>, most: usize) -> Result<()> {
    let query: Vec<(&str, String)> = word.map(|word| ("q", word)).into_iter().collect();
    let path = format!("/resources/{id}/packages");
    let page: ImagePackages = whole(&cli.client()?, &path, &query, most, |page: &mut ImagePackages| {
        (&mut page.items, &page.next_cursor)
    })
    .await?;
    cli.printer.show(&page, |page| {
        let mut table = Table::new(&["package", "version", "arch", "source", "ecosystem"], "None.");
        for package in &page.items {
            table.row(vec![
                package.name.clone(),
                package.version.clone(),
                package.arch.clone(),
                package.source_name.clone(),
                package.ecosystem.clone(),
            ]);
        }
        table
    });
    honesty(cli, &page.software);
    Ok(())
}

pub async fn vulnerabilities(cli: &Cli, id: Uuid, most: usize) -> Result<()> {
    let path = format!("/resources/{id}/vulnerabilities");
    let page: ImageVulnerabilities = whole(
        &cli.client()?,
        &path,
        &[],
        most,
        |page: &mut ImageVulnerabilities| (&mut page.items, &page.next_cursor),
    )
    .await?;
    cli.printer.show(&page, table);
    honesty(cli, &page.software);
    match (page.counts, page.software.state) {
        (Some(counts), _) => cli.printer.note(&format!(
            "{} of {} packages were judged",
            counts.packages_judged, counts.packages
        )),
        (None, SoftwareState::Known) => cli.printer.note(
            "not judged: no feed speaks of its packages, so that nothing above says it is safe; see `qlrf feed list`",
        ),
        (None, _) => {}
    }
    Ok(())
}

/// Page after page, as one.
async fn whole<P: DeserializeOwned, T>(
    client: &Client,
    path: &str,
    query: &[(&str, String)],
    most: usize,
    parts: impl Fn(&mut P) -> (&mut Vec<T>, &Option<String>),
) -> Result<P> {
    let (mut before, mut cursor): (Vec<T>, Option<String>) = (Vec::new(), None);
    loop {
        let mut query = query.to_vec();
        let left = (most - before.len()).clamp(1, LIMIT_MAX as usize);
        query.push(("limit", left.to_string()));
        query.extend(cursor.take().map(|cursor| ("cursor", cursor)));
        let mut page: P = client.get(path, &query).await?;
        let (items, next) = parts(&mut page);
        before.append(items);
        cursor.clone_from(next);
        if cursor.is_none() || before.len() >= most {
            *parts(&mut page).0 = before;
            return Ok(page);
        }
    }
}

fn table(page: &ImageVulnerabilities) -> Table {
    let empty = match page.total {
        Some(_) => "No advisory names its packages.",
        None => "Not known.",
    };
    let mut table = Table::new(
        &["urgency", "id", "severity", "exploited", "package", "fixed in"],
        empty,
    );
    for finding in &page.items {
        let package =
            |fix: &crate::api::types::vulnerability::PackageFix| format!("{} {}", fix.name, fix.version);
        let fixed = finding.fixes.iter().filter_map(|fix| fix.fixed_version.clone());
        table.row(vec![
            urgency(finding),
            finding.id.clone(),
            finding.severity.clone().unwrap_or_else(|| "unknown".to_owned()),
            if finding.kev.is_some() { "yes" } else { "" }.to_owned(),
            finding.fixes.iter().map(package).collect::<Vec<_>>().join(", "),
            fixed.collect::<Vec<_>>().join(", "),
        ]);
    }
    table
}

fn urgency(finding: &ImageFinding) -> String {
    let level = finding.urgency.level.as_deref().unwrap_or("unknown");
    format!("{:.0} {level}", finding.urgency.score)
}

fn honesty(cli: &Cli, software: &ImageSoftware) {
    let detail = software.detail.as_deref().unwrap_or_default();
    match software.state {
        SoftwareState::Known => {}
        SoftwareState::Unknown => cli.printer.note(&format!("its packages are not known: {detail}")),
        SoftwareState::NotRead => cli.printer.note("its packages were not read so far"),
        SoftwareState::InPlatforms => {
            cli.printer
                .note("it is an index: ask for one of the images that it contains (`qlrf resource show`)");
        }
    }
}
