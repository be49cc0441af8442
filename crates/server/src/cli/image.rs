//! `qlrf image`: golden images and their contracts.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use futures::FutureExt as _;
use qlrf_core::contract::Problem;
use qlrf_core::contract::image::{Parsed, parse};
use qlrf_core::contract::node::DOCUMENT_BYTES_MAX;
use qlrf_core::time::now;
use reqwest::{Method, header};
use serde_json::json;

use super::client::segment;
use super::printer::relative;
use super::{Cli, Client, Failure, Noun, Result, Table, image_coordinate, image_view};
use crate::api::types::image::{ContractReading, Image, ImageSummary, PatchStatus, SbomAttached};
use crate::api::types::link_rule::{LinkRule, LinkRuleCreate, Selector};
use crate::api::types::page::PageBody;

pub const NOUN: Noun = Noun {
    name: "image",
    command,
    run: |cli, matches| run(cli, matches).boxed(),
};

#[derive(Subcommand)]
enum Verb {
    /// List versions of golden images and how many assets run each
    List {
        #[arg(long)]
        family: Option<String>,
        /// draft, testing, production, deprecated or retired
        #[arg(long)]
        status: Option<String>,
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Show a version
    Show {
        /// Id or FAMILY:VERSION
        image: String,
    },
    /// Show which assets of a family run which version, by environment
    Status {
        /// Family, or any version of it
        image: String,
    },
    /// Show which versions run where, and what is wrong there
    Matrix {
        /// site, env, platform, region, project or owner
        #[arg(long, default_value = "site")]
        by: String,
        #[arg(long)]
        family: Option<String>,
        /// As believed at this moment (RFC 3339)
        #[arg(long)]
        as_of: Option<String>,
    },
    /// Show how the versions of a family follow each other
    Lineage {
        /// Family, or any version of it
        image: String,
    },
    /// Print the contract of a version as it was sent
    Contract { image: String },
    /// Write a first contract from what was seen of an asset
    Init {
        /// Id or name of the asset; this host when none is named
        #[arg(long)]
        from_asset: Option<String>,
        /// File to write; it must not exist
        #[arg(long, default_value = "image.yaml")]
        out: PathBuf,
    },
    /// Check a contract without a server
    Validate {
        /// `-` reads standard input
        file: PathBuf,
    },
    /// Register a version from its contract
    Register {
        /// `-` reads standard input
        file: PathBuf,
        /// Also link assets of this name (`*` and `?` stand for any text and one character) to the family
        #[arg(long)]
        link_name: Option<String>,
    },
    /// Move a version to testing or production
    Promote {
        image: String,
        #[arg(long, default_value = "production")]
        to: String,
    },
    /// Take a version back for good
    Revoke {
        image: String,
        #[arg(long)]
        reason: String,
    },
    /// Places where a version can be started from
    #[command(subcommand)]
    Coordinate(image_coordinate::Verb),
    /// Print the SBOM of a version, or attach one
    Sbom {
        image: String,
        /// SPDX 2 or CycloneDX JSON; `-` reads standard input
        #[arg(long)]
        attach: Option<PathBuf>,
        /// cyclonedx or spdx
        #[arg(long, default_value = "cyclonedx")]
        format: String,
    },
}

fn command(command: Command) -> Command {
    Verb::augment_subcommands(command.about("Golden images: contracts, versions and their life cycle"))
        .subcommand_required(true)
        .arg_required_else_help(true)
}

async fn run(cli: &Cli, matches: &ArgMatches) -> Result<()> {
    match Verb::from_arg_matches(matches).expect("clap checked the arguments") {
        Verb::Validate { file } => validate(cli, &file),
        Verb::List {
            family,
            status,
            limit,
        } => list(cli, family, status, limit).await,
        Verb::Show { image } => {
            let image: Image = cli.client()?.get(&path(&image, ""), &[]).await?;
            cli.printer.show(&image, fields);
            Ok(())
        }
        Verb::Status { image } => {
            let status: PatchStatus = cli.client()?.get(&path(&image, "/patch-status"), &[]).await?;
            cli.printer.show(&status, status_table);
            Ok(())
        }
        Verb::Matrix { by, family, as_of } => image_view::matrix(cli, by, family, as_of).await,
        Verb::Lineage { image } => image_view::lineage(cli, &path(&image, "/lineage")).await,
        Verb::Contract { image } => {
            let client = cli.client()?;
            print(cli, &client, &path(&image, "/contract")).await
        }
        Verb::Init { from_asset, out } => init(cli, from_asset.as_deref(), &out).await,
        Verb::Register { file, link_name } => register(cli, &file, link_name).await,
        Verb::Promote { image, to } => {
            let image: Image = cli
                .client()?
                .post(&path(&image, "/promote"), &json!({"to": to}))
                .await?;
            cli.printer.show(&image, fields);
            Ok(())
        }
        Verb::Revoke { image, reason } => {
            let body = json!({"reason": reason});
            let image: Image = cli.client()?.post(&path(&image, "/revoke"), &body).await?;
            cli.printer.show(&image, fields);
            Ok(())
        }
        Verb::Coordinate(verb) => image_coordinate::run(cli, verb).await,
        Verb::Sbom {
            image,
            attach: Some(file),
            ..
        } => attach(cli, &image, &file).await,
        Verb::Sbom { image, format, .. } => {
            let client = cli.client()?;
            print(
                cli,
                &client,
                &path(&image, &format!("/sbom?format={}", segment(&format))),
            )
            .await
        }
    }
}

pub(super) fn path(image: &str, tail: &str) -> String {
    format!("/images/{}{tail}", segment(image))
}

async fn list(cli: &Cli, family: Option<String>, status: Option<String>, limit: usize) -> Result<()> {
    let query: Vec<(&str, String)> = [("family", family), ("status", status)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    let page: PageBody<ImageSummary> = cli.client()?.list("/images", &query, limit).await?;
    cli.printer.show(&page, list_table);
    cli.printer
        .note(&format!("{} of {} versions", page.items.len(), page.total));
    Ok(())
}

/// Writes a text answer as it is.
async fn print(cli: &Cli, client: &Client, path: &str) -> Result<()> {
    let response = client.send_raw(client.request(Method::GET, path)).await?;
    let text = response
        .text()
        .await
        .map_err(|error| Failure::unavailable(format!("the answer broke off: {error}")))?;
    cli.printer.line(text.trim_end_matches('\n'));
    Ok(())
}

async fn init(cli: &Cli, asset: Option<&str>, out: &Path) -> Result<()> {
    let client = cli.client()?;
    let id = super::asset::find(&client, asset).await?;
    let request = client.request(Method::GET, &format!("/images/starter?asset={id}"));
    let text = client
        .send_raw(request)
        .await?
        .text()
        .await
        .map_err(|error| Failure::unavailable(format!("the answer broke off: {error}")))?;
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(out)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        Failure::data(format!("\"{}\" could not be written: {error}", out.display()))
            .hint("name another file with --out")
    })?;
    let asset: crate::api::types::asset::Asset = client.get(&format!("/assets/{id}"), &[]).await?;
    let name = asset.facts["name"].as_str().unwrap_or("NAME");
    cli.printer.note(&format!("wrote {}", out.display()));
    cli.printer.note(&format!(
        "Edit it, then: qlrf image register {} --link-name {name}",
        out.display()
    ));
    Ok(())
}

fn validate(cli: &Cli, file: &Path) -> Result<()> {
    let parsed = read_contract(file)?.1;
    let reading = ContractReading::of(&parsed);
    cli.printer.show(&reading, |reading| {
        Table::fields(&[
            (
                "contract",
                format!("● valid, form {}", reading.form.to_uppercase()),
            ),
            ("image", format!("{}:{}", reading.family, reading.version)),
            ("status", reading.status.clone()),
            (
                "expects",
                format!(
                    "{} packages, {} services, {} settings",
                    reading.packages, reading.services, reading.settings
                ),
            ),
            ("started from", format!("{} coordinates", reading.coordinates)),
            ("digest", reading.digest.clone()),
        ])
    });
    Ok(())
}

async fn register(cli: &Cli, file: &Path, link_name: Option<String>) -> Result<()> {
    let (bytes, parsed) = read_contract(file)?;
    let (family, version) = (parsed.contract.family, parsed.contract.version);
    let client = cli.client()?;
    let request = client
        .request(Method::POST, &path(&format!("{family}:{version}"), ""))
        .header(header::CONTENT_TYPE, "application/yaml")
        .body(bytes);
    let image: Image = client.send(request).await?;
    if let Some(name) = link_name {
        let rule = LinkRuleCreate {
            name: format!("{family}: {name}"),
            selector: Selector {
                name: Some(name),
                ..Selector::default()
            },
            family: family.clone(),
            version: None,
            position: 0,
        };
        client.post::<LinkRule>("/link-rules", &rule).await?;
    }
    cli.printer.show(&image, fields);
    if image.status == "draft" {
        cli.printer.note(&format!(
            "A draft is nobody's target yet. Next: qlrf image promote {family}:{version}"
        ));
    }
    Ok(())
}

/// Read and checked here, so that mistakes are told with their place even without a server.
fn read_contract(file: &Path) -> Result<(Vec<u8>, Parsed)> {
    let bytes = read(file, DOCUMENT_BYTES_MAX)?;
    match parse(&bytes) {
        Ok(parsed) => Ok((bytes, parsed)),
        Err(problems) => {
            let mut failure = mistaken(file, &problems)
                .hint("correct them; docs/contracts/image.md describes the three forms");
            failure.code = Some("invalid_contract".to_owned());
            Err(failure)
        }
    }
}

/// A document that somebody wrote, and every mistake in it with its place.
pub(super) fn mistaken(file: &Path, problems: &[Problem]) -> Failure {
    let (shown, count) = (file.display(), problems.len());
    let mistakes = if count == 1 { "mistake" } else { "mistakes" };
    let mut failure = Failure::data(format!("\"{shown}\" has {count} {mistakes}"));
    failure.why = problems
        .iter()
        .map(|problem| format!("{shown}:{problem}"))
        .collect();
    failure
}

pub(super) fn read(file: &Path, bytes_max: usize) -> Result<Vec<u8>> {
    let wrong =
        |error: std::io::Error| Failure::data(format!("\"{}\" could not be read: {error}", file.display()));
    let mut bytes = Vec::new();
    let limit = bytes_max as u64 + 1;
    if file == Path::new("-") {
        std::io::stdin()
            .take(limit)
            .read_to_end(&mut bytes)
            .map_err(wrong)?;
    } else {
        std::fs::File::open(file)
            .map_err(wrong)?
            .take(limit)
            .read_to_end(&mut bytes)
            .map_err(wrong)?;
    }
    if bytes.len() > bytes_max {
        return Err(Failure::data(format!(
            "\"{}\" is larger than {bytes_max} bytes",
            file.display()
        )));
    }
    Ok(bytes)
}

async fn attach(cli: &Cli, image: &str, file: &Path) -> Result<()> {
    const SBOM_BYTES_MAX: usize = 64 << 20;
    let bytes = read(file, SBOM_BYTES_MAX)?;
    let client = cli.client()?;
    let request = client
        .request(Method::POST, &path(image, "/sbom"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(bytes);
    let attached: SbomAttached = client.send(request).await?;
    cli.printer.show(&attached, |attached| {
        Table::fields(&[
            (
                "image",
                format!("{}:{}", attached.image.family, attached.image.version),
            ),
            ("packages", attached.packages.to_string()),
            ("not read", attached.problems.len().to_string()),
        ])
    });
    for problem in &attached.problems {
        cli.printer.aside(&format!("warning: {}", problem.detail));
    }
    Ok(())
}

fn list_table(page: &PageBody<ImageSummary>) -> Table {
    let mut table = Table::new(
        &["state", "image", "running", "superseded", "sbom"],
        "There is no image yet. Write a first contract: qlrf image init",
    );
    for image in &page.items {
        let mark = if image.simulated { " ▒" } else { "" };
        table.row(vec![
            state(&image.status, image.revoked_at.is_some(), image.newest),
            format!("{}:{}{mark}", image.family, image.version),
            image.running.to_string(),
            image
                .superseded_at
                .map_or_else(String::new, |at| relative(at, now())),
            if image.has_sbom { "yes" } else { "–" }.to_owned(),
        ]);
    }
    table
}

fn state(status: &str, revoked: bool, newest: bool) -> String {
    match (status, revoked, newest) {
        (_, true, _) => "◆ revoked".to_owned(),
        ("production", _, true) => "● newest".to_owned(),
        ("production", ..) => "● production".to_owned(),
        ("retired", ..) => "◆ retired".to_owned(),
        ("deprecated", ..) => "▲ deprecated".to_owned(),
        (other, ..) => format!("◌ {other}"),
    }
}

fn fields(image: &Image) -> Table {
    let count = |key: &str| match &image.contract[key] {
        serde_json::Value::Array(items) => items.len(),
        serde_json::Value::Object(map) => map.len(),
        _ => 0,
    };
    let mut fields = vec![
        ("image", format!("{}:{}", image.family, image.version)),
        ("state", state(&image.status, image.revoked_at.is_some(), false)),
        ("id", image.id.to_string()),
        (
            "expects",
            format!(
                "{} packages, {} services, {} settings{}",
                count("packages"),
                count("services"),
                count("config"),
                if image.has_sbom { ", and its SBOM" } else { "" }
            ),
        ),
        ("registered", relative(image.created_at, now())),
        ("digest", image.digest.clone()),
    ];
    if let Some(at) = image.published_at {
        fields.push(("published", relative(at, now())));
    }
    if let Some(reason) = &image.revoked_reason {
        fields.push(("revoked", reason.clone()));
    }
    for coordinate in &image.coordinates {
        let region = coordinate.region.as_deref().map(|region| format!(" ({region})"));
        let place = format!(
            "{}: {}{}",
            coordinate.platform.name(),
            coordinate.reference,
            region.unwrap_or_default()
        );
        fields.push(("starts from", place));
    }
    if image.simulated {
        fields.push(("simulated", "▒ simulated: made up by the simulator".to_owned()));
    }
    Table::fields(&fields)
}

fn status_table(status: &PatchStatus) -> Table {
    let mut table = Table::new(
        &["state", "version", "behind", "environments (current of assets)"],
        "The family has no version",
    );
    for version in &status.versions {
        let cells: Vec<String> = version
            .environments
            .iter()
            .map(|cell| {
                let env = cell.env.as_deref().unwrap_or("◌ unknown");
                format!("{env} {} of {}", cell.current, cell.assets)
            })
            .collect();
        table.row(vec![
            state(&version.status, version.revoked, version.newest),
            version.version.clone(),
            version
                .versions_behind
                .map_or_else(|| "◌".to_owned(), |n| n.to_string()),
            if cells.is_empty() {
                "nobody runs it".to_owned()
            } else {
                cells.join(", ")
            },
        ]);
    }
    table
}
