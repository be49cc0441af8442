//! `qlrf image coordinate`: where a version can be started from.

use clap::{Args, Subcommand};
use qlrf_core::image::ImagePlatform;

use super::image::path;
use super::{Cli, Failure, Result, Table};
use crate::api::types::image::{Coordinate, Coordinates, CoordinatesAdd};

#[derive(Subcommand)]
pub enum Verb {
    /// List the places of a version
    List {
        /// Id or FAMILY:VERSION
        image: String,
    },
    /// Add a place: assets that say it as their image are linked to the version
    Add(Place),
    /// Take a place away: assets that were linked by it alone are judged without the version
    Remove(Place),
}

#[derive(Args)]
pub struct Place {
    /// Id or FAMILY:VERSION
    image: String,
    /// aws, azure, gcp, vsphere, oci, kubernetes or baremetal
    platform: String,
    /// The provider's own name of it: an AMI id, a template name, a repository with its tag
    reference: String,
    /// Where the reference holds; without it, everywhere on the platform
    #[arg(long)]
    region: Option<String>,
}

pub async fn run(cli: &Cli, verb: Verb) -> Result<()> {
    let client = cli.client()?;
    let left: Coordinates = match verb {
        Verb::List { image } => client.get(&path(&image, "/coordinates"), &[]).await?,
        Verb::Add(place) => {
            let coordinates = vec![coordinate(&place)?];
            let body = CoordinatesAdd { coordinates };
            client.post(&path(&place.image, "/coordinates"), &body).await?
        }
        Verb::Remove(place) => {
            let query = query(&coordinate(&place)?);
            let path = path(&place.image, &format!("/coordinates?{query}"));
            client.delete(&path).await?
        }
    };
    cli.printer.show(&left, table);
    Ok(())
}

fn coordinate(place: &Place) -> Result<Coordinate> {
    let platform = ImagePlatform::parse(&place.platform).ok_or_else(|| {
        Failure::usage(format!("\"{}\" is not a platform of images", place.platform))
            .hint("known are aws, azure, gcp, vsphere, oci, kubernetes and baremetal")
    })?;
    Ok(Coordinate {
        platform,
        region: place.region.clone(),
        reference: place.reference.clone(),
    })
}

fn query(coordinate: &Coordinate) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("platform", coordinate.platform.name());
    query.append_pair("reference", &coordinate.reference);
    if let Some(region) = &coordinate.region {
        query.append_pair("region", region);
    }
    query.finish()
}

fn table(all: &Coordinates) -> Table {
    let mut table = Table::new(
        &["platform", "region", "reference"],
        "It has none: assets are linked to it by rules alone.",
    );
    for each in &all.items {
        let region = each.region.clone().unwrap_or_else(|| "everywhere".to_owned());
        table.row(vec![
            each.platform.name().to_owned(),
            region,
            each.reference.clone(),
        ]);
    }
    table
}
