//! Launch templates: what a scaling group starts its machines from.

use std::collections::HashMap;

use serde::Deserialize;

use super::api::{EC2, Request};
use super::cell::Cell;
use super::error::AwsError;
use super::page::Items;

/// The version that AWS takes when a group names none.
const DEFAULT: &str = "$Default";

/// How a group names its template: by id, or by a name that is unique in a region of an account.
#[derive(Clone, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "PascalCase")]
pub struct Named {
    launch_template_id: Option<String>,
    launch_template_name: Option<String>,
    version: Option<String>,
}

/// Those of one region, each asked for once.
#[derive(Default)]
pub struct Templates {
    images: HashMap<Named, Option<String>>,
    /// Why none is known.
    pub gap: Option<AwsError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    launch_template_version_set: Items<Version>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    launch_template_data: Option<Data>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    image_id: Option<String>,
}

pub fn request(id: &str) -> Request {
    let named = Named {
        launch_template_id: Some(id.to_owned()),
        launch_template_name: None,
        version: None,
    };
    named.request()
}

impl Named {
    fn request(&self) -> Request {
        let version = self.version.as_deref().unwrap_or(DEFAULT);
        let request =
            Request::new(&EC2, "DescribeLaunchTemplateVersions").with("LaunchTemplateVersion.1", version);
        match (&self.launch_template_id, &self.launch_template_name) {
            (Some(id), _) => request.with("LaunchTemplateId", id.as_str()),
            (None, name) => request.with("LaunchTemplateName", name.as_deref().unwrap_or_default()),
        }
    }
}

impl Templates {
    /// `None` where the template names none, or one that only a launch finds out; and where templates may not be read.
    pub async fn image(&mut self, cell: &Cell, named: &Named) -> Result<Option<String>, AwsError> {
        if self.gap.is_some() {
            return Ok(None);
        }
        if let Some(known) = self.images.get(named) {
            return Ok(known.clone());
        }
        let image = match cell.ask::<Answer>(&named.request()).await {
            Ok(answer) => answer.image(),
            // The template, or this version of it, was deleted under the group.
            Err(AwsError::Refused { code, .. }) if code.starts_with("InvalidLaunchTemplate") => None,
            Err(error) if error.is_permission() => {
                self.gap = Some(error);
                None
            }
            Err(error) => return Err(error),
        };
        self.images.insert(named.clone(), image.clone());
        Ok(image)
    }
}

impl Answer {
    fn image(self) -> Option<String> {
        let mut versions = self.launch_template_version_set.list.into_iter();
        let image = versions.next()?.launch_template_data?.image_id?;
        // The other form, `resolve:ssm:…`, is looked up at each launch.
        image.starts_with("ami-").then_some(image)
    }
}
