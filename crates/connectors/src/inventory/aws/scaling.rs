//! Auto Scaling groups.

use std::collections::BTreeMap;

use qlrf_core::asset::Platform;
use qlrf_core::resource::{Facts, Resource, ScalingGroup};
use serde::Deserialize;

use super::api::{AUTO_SCALING, Request, partition};
use super::cell::Cell;
use super::error::AwsError;
use super::page::{Members, Page};

pub fn request() -> Request {
    Request::new(&AUTO_SCALING, "DescribeAutoScalingGroups").with("MaxRecords", 100)
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "DescribeAutoScalingGroupsResult")]
    result: Groups,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Groups {
    #[serde(default)]
    auto_scaling_groups: Members<Group>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Group {
    auto_scaling_group_name: String,
    min_size: Option<u64>,
    max_size: Option<u64>,
    desired_capacity: Option<u64>,
    #[serde(default)]
    tags: Members<GroupTag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GroupTag {
    key: String,
    #[serde(default)]
    value: String,
}

impl Page for Answer {
    fn next(&mut self) -> Option<String> {
        self.result.next_token.take()
    }
}

pub async fn list(cell: &Cell) -> Result<(), AwsError> {
    let mut pages = cell.pages(request());
    while let Some(page) = pages.next::<Answer>().await? {
        let groups = page.result.auto_scaling_groups.list.into_iter();
        cell.out
            .resources(
                "scaling_group",
                groups.map(|group| resource(cell, group)).collect(),
            )
            .await;
    }
    Ok(())
}

/// A machine knows its group by name alone, which is unique in a region of an account.
pub fn group_id(cell: &Cell, name: &str) -> String {
    let (partition, _) = partition(&cell.region);
    let (account, region) = (cell.account(), &cell.region);
    format!("arn:{partition}:autoscaling:{region}:{account}:autoScalingGroupName/{name}")
}

fn resource(cell: &Cell, group: Group) -> Resource {
    let labels = group.tags.list.into_iter().map(|tag| (tag.key, tag.value));
    Resource {
        native_id: group_id(cell, &group.auto_scaling_group_name),
        platform: Platform::Aws,
        name: group.auto_scaling_group_name,
        account: Some(cell.account().to_owned()),
        region: Some(cell.region.clone()),
        labels: labels.collect::<BTreeMap<_, _>>(),
        facts: Facts::ScalingGroup(ScalingGroup {
            min: group.min_size,
            max: group.max_size,
            desired: group.desired_capacity,
            image_ref: None,
        }),
        relations: Vec::new(),
        simulated: false,
    }
}
