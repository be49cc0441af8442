//! Auto Scaling groups.

use std::collections::BTreeMap;

use qlrf_core::asset::Platform;
use qlrf_core::resource::{Facts, Resource, ScalingGroup};
use serde::Deserialize;

use super::api::{AUTO_SCALING, Request, partition};
use super::cell::Cell;
use super::error::AwsError;
use super::page::{Members, Page};
use super::template::{Named, Templates};

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
    launch_template: Option<Named>,
    mixed_instances_policy: Option<Mixed>,
    #[serde(default)]
    tags: Members<GroupTag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Mixed {
    launch_template: Option<MixedTemplate>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MixedTemplate {
    launch_template_specification: Option<Named>,
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

impl Group {
    fn template(&self) -> Option<&Named> {
        let mixed = || {
            let template = self.mixed_instances_policy.as_ref()?.launch_template.as_ref()?;
            template.launch_template_specification.as_ref()
        };
        self.launch_template.as_ref().or_else(mixed)
    }
}

pub async fn list(cell: &Cell, templates: &mut Templates) -> Result<(), AwsError> {
    let mut pages = cell.pages(request());
    while let Some(page) = pages.next::<Answer>().await? {
        let mut groups = Vec::new();
        for group in page.result.auto_scaling_groups.list {
            let image = match group.template() {
                Some(named) => templates.image(cell, named).await?,
                None => None,
            };
            groups.push(resource(cell, group, image));
        }
        cell.out.resources("scaling_group", groups).await;
    }
    Ok(())
}

/// A machine knows its group by name alone, which is unique in a region of an account.
pub fn group_id(cell: &Cell, name: &str) -> String {
    let (partition, _) = partition(&cell.region);
    let (account, region) = (cell.account(), &cell.region);
    format!("arn:{partition}:autoscaling:{region}:{account}:autoScalingGroupName/{name}")
}

fn resource(cell: &Cell, group: Group, image_ref: Option<String>) -> Resource {
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
            image_ref,
        }),
        relations: Vec::new(),
        simulated: false,
    }
}
