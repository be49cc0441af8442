//! Managed instance groups, of zones and of regions.

use qlrf_core::asset::Platform;
use qlrf_core::resource::{Facts, Resource, ScalingGroup};
use serde::Deserialize;

use super::super::rest::Question;
use super::aggregate::{self, Aggregated, Gaps};
use super::api::Api;
use super::error::GcpError;
use super::project::Project;
use super::storage::region_of_scope;

const ACTION: &str = "compute.instanceGroupManagers.list";

pub fn question(api: &Api, project: &str) -> Question {
    aggregate::question(api, ACTION, project, "instanceGroupManagers")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    name: String,
    target_size: Option<u64>,
}

pub async fn list(project: &Project) -> Result<(), GcpError> {
    let mut gaps = Gaps::new(ACTION);
    let mut pages = project.api.pages(question(&project.api, &project.id));
    while let Some(page) = pages.next::<Aggregated<Group>>().await? {
        gaps.note(&page);
        let mut groups = Vec::new();
        for (scope, part) in page.items {
            let list = part.list.into_iter();
            groups.extend(list.map(|group| resource(project, &scope, group)));
        }
        project.out.resources("scaling_group", groups).await;
    }
    gaps.result()
}

fn resource(project: &Project, scope: &str, group: Group) -> Resource {
    Resource {
        native_id: format!(
            "projects/{}/{scope}/instanceGroupManagers/{}",
            project.id, group.name
        ),
        platform: Platform::Gcp,
        name: group.name,
        account: Some(project.id.clone()),
        region: region_of_scope(scope),
        labels: Default::default(),
        facts: Facts::ScalingGroup(ScalingGroup {
            min: None,
            max: None,
            desired: group.target_size,
            image_ref: None,
        }),
        relations: Vec::new(),
        simulated: false,
    }
}
