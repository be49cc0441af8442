//! Tables of `qlrf image`: the matrix, and how versions follow each other.

use super::{Cli, Result, Table};
use crate::api::types::image::ImageLineage;
use crate::api::types::image_matrix::{ImageMatrix, MatrixCell, MatrixRow};

pub async fn matrix(cli: &Cli, by: String, family: Option<String>, as_of: Option<String>) -> Result<()> {
    let given = [("by", Some(by)), ("family", family), ("as_of", as_of)];
    let query: Vec<_> = given
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    let matrix: ImageMatrix = cli.client()?.get("/images/matrix", &query).await?;
    cli.printer.show(&matrix, matrix_table);
    let (unlinked, assets) = (matrix.assets_unlinked, matrix.assets);
    cli.printer.note(&format!(
        "{unlinked} of {assets} assets run no registered version"
    ));
    Ok(())
}

pub async fn lineage(cli: &Cli, path: &str) -> Result<()> {
    let lineage: ImageLineage = cli.client()?.get(path, &[]).await?;
    cli.printer.show(&lineage, lineage_table);
    Ok(())
}

/// One line for each version; cells say `assets (current) worst findings`.
fn matrix_table(matrix: &ImageMatrix) -> Table {
    let mut table = Table::new(
        &[
            "version",
            "status",
            "assets",
            "where: current of assets, critical+high findings",
        ],
        "No image version is registered",
    );
    for row in &matrix.rows {
        let cells: Vec<String> = row.cells.iter().map(cell).collect();
        let cells = match cells.is_empty() {
            true => "nobody runs it".to_owned(),
            false => cells.join(", "),
        };
        let name = format!("{}:{}", row.family, row.version);
        table.row(vec![name, status(row), row.assets.to_string(), cells]);
    }
    table
}

fn status(row: &MatrixRow) -> String {
    match (row.revoked, row.newest) {
        (true, _) => "◆ revoked".to_owned(),
        (_, true) => format!("● {} (newest)", row.status),
        _ => row.status.clone(),
    }
}

fn cell(cell: &MatrixCell) -> String {
    let place = cell.value.as_deref().unwrap_or("◌ unknown");
    let findings = match &cell.findings {
        Some(findings) => format!("{}+{}", findings.critical, findings.high),
        None => "◌".to_owned(),
    };
    format!("{place} {} of {}, {findings}", cell.current, cell.assets)
}

fn lineage_table(lineage: &ImageLineage) -> Table {
    let mut table = Table::new(
        &["version", "status", "assets", "built from"],
        "The family has no version",
    );
    for version in &lineage.versions {
        let status = match version.revoked {
            true => "◆ revoked".to_owned(),
            false => version.status.clone(),
        };
        let source = match (&version.source_version, &version.source_image) {
            (Some(name), _) => name.clone(),
            (None, Some(said)) => format!("{said} (not registered)"),
            (None, None) => "◌ the contract does not say".to_owned(),
        };
        table.row(vec![
            version.version.clone(),
            status,
            version.running.to_string(),
            source,
        ]);
    }
    table
}
