//! The regions that are enabled in an account.

use serde::Deserialize;

use super::api::{EC2, Request};
use super::config::is_region;
use super::error::AwsError;
use super::page::Items;
use super::session::Session;

pub fn request() -> Request {
    Request::new(&EC2, "DescribeRegions")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Regions {
    #[serde(default)]
    region_info: Items<Region>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    region_name: String,
}

pub async fn list(session: &Session, home: &str) -> Result<Vec<String>, AwsError> {
    let found: Regions = session.ask(home, &request()).await?;
    let mut names: Vec<String> = found
        .region_info
        .list
        .into_iter()
        .map(|region| region.region_name)
        .collect();
    if let Some(name) = names.iter().find(|name| !is_region(name)) {
        return Err(request().unreadable(format!("\"{name}\" is no region")));
    }
    names.sort();
    names.dedup();
    match names.is_empty() {
        true => Err(request().unreadable("it names no region")),
        false => Ok(names),
    }
}
