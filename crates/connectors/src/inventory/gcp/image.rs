//! Images: a project's own, and those of other projects that its machines were started from.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Mutex;

use qlrf_core::asset::Platform;
use qlrf_core::coverage::ScopeOutcome;
use qlrf_core::resource::{Facts, MachineImage, Resource};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::super::out::{Out, Piece, partial};
use super::super::rest::Question;
use super::super::text::{given, moment};
use super::api::{Api, Listed};
use super::error::GcpError;
use super::project::Project;

pub const KIND: &str = "machine_image";
const LIST: &str = "compute.images.list";
const GET: &str = "compute.images.get";

pub fn own_question(api: &Api, project: &str) -> Question {
    api.compute(LIST, project, &["global", "images"], &[("maxResults", "500")])
}

pub fn one_question(api: &Api, project: &str, name: &str) -> Question {
    api.compute(GET, project, &["global", "images", name], &[])
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Image {
    name: String,
    architecture: Option<String>,
    creation_timestamp: Option<String>,
    deprecated: Option<Deprecation>,
    family: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Deprecation {
    deprecated: Option<String>,
}

pub async fn list_own(project: &Project) -> Result<(), GcpError> {
    let mut pages = project.api.pages(own_question(&project.api, &project.id));
    while let Some(page) = pages.next::<Listed<Image>>().await? {
        if let Some(reason) = page.gap() {
            let place = format!("images of {}", project.id);
            return Err(GcpError::LeftOut {
                action: LIST,
                place,
                reason,
            });
        }
        let images = page.items.into_iter();
        let images = images.map(|image| resource(&project.id, image, None)).collect();
        project.out.resources(KIND, images).await;
    }
    Ok(())
}

/// Images of projects that are not collected. Several projects use the same one, so that they are told once, when all
/// projects were asked, in a scope of their own.
#[derive(Default)]
pub struct Foreign {
    used: Mutex<BTreeSet<String>>,
    /// Why there may be more.
    gap: Mutex<Option<ScopeOutcome>>,
}

impl Foreign {
    /// `images`: paths.
    pub fn used(&self, images: impl IntoIterator<Item = String>) {
        let mut used = self.used.lock().expect("nothing panics while it is locked");
        used.extend(images);
    }

    pub fn gap(&self, outcome: &ScopeOutcome) {
        if *outcome != ScopeOutcome::Complete {
            *self.gap.lock().expect("nothing panics while it is locked") = Some(outcome.clone());
        }
    }

    pub async fn tell(self, api: &Api, collected: &HashSet<String>, sender: &mpsc::Sender<Piece>) {
        let out = Out::new(sender, "-", "-");
        let used = self.used.into_inner().expect("nothing panics while it is locked");
        let mut gap = self.gap.into_inner().expect("nothing panics while it is locked");
        for path in used {
            let parts: Vec<&str> = path.split('/').collect();
            let ["projects", owner, "global", "images", name] = parts[..] else {
                continue;
            };
            if collected.contains(owner) {
                continue;
            }
            match api.ask::<Image>(&one_question(api, owner, name)).await {
                Ok(image) => {
                    out.resources(KIND, vec![resource(owner, image, Some(owner))])
                        .await
                }
                // It was deleted since machines were started from it.
                Err(error) if error.is_missing() => {}
                Err(error) => gap = Some(partial(&error)),
            }
        }
        out.close_as(KIND, gap.unwrap_or(ScopeOutcome::Complete)).await;
    }
}

/// `owner`: where it is not of a project that is collected.
fn resource(project: &str, image: Image, owner: Option<&str>) -> Resource {
    let mut labels = image.labels;
    if let Some(family) = given(image.family) {
        labels.insert("ql-rf.io/gcp-family".to_owned(), family);
    }
    Resource {
        native_id: format!("projects/{project}/global/images/{}", image.name),
        platform: Platform::Gcp,
        name: image.name,
        account: Some(project.to_owned()),
        region: None,
        labels,
        facts: Facts::MachineImage(MachineImage {
            os: None,
            owner: owner.map(str::to_owned),
            public: None,
            digest: None,
            architecture: image.architecture.and_then(machine),
            created_at: moment(image.creation_timestamp.as_deref()),
            deprecated_at: image
                .deprecated
                .and_then(|deprecation| moment(deprecation.deprecated.as_deref())),
        }),
        relations: Vec::new(),
        simulated: false,
    }
}

/// As `uname -m` says.
fn machine(architecture: String) -> Option<String> {
    match &*architecture {
        "X86_64" => Some("x86_64".to_owned()),
        "ARM64" => Some("aarch64".to_owned()),
        _ => None,
    }
}
