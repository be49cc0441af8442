//! AMIs: an account's own, those that are shared with it, and those that its machines were started from.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Mutex;

use qlrf_core::asset::Platform;
use qlrf_core::coverage::ScopeOutcome;
use qlrf_core::resource::{Facts, MachineImage, Resource};
use serde::Deserialize;
use tokio::sync::mpsc;

use super::super::out::{Out, Piece, partial};
use super::super::text::moment;
use super::api::{EC2, Request};
use super::cell::Cell;
use super::error::AwsError;
use super::page::{Items, Page, Tag, given};

pub const KIND: &str = "machine_image";
/// A filter takes two hundred values.
const IDS_MAX: usize = 200;

fn request() -> Request {
    Request::new(&EC2, "DescribeImages").with("IncludeDeprecated", "true")
}

pub fn own_request() -> Request {
    request().with("Owner.1", "self").with("MaxResults", 500)
}

fn shared_request() -> Request {
    request().with("ExecutableBy.1", "self").with("MaxResults", 500)
}

/// As a filter: an image that is gone is then left out, and the others are still told.
fn used_request(ids: &[&String]) -> Request {
    let request = request().with("Filter.1.Name", "image-id");
    let values = ids.iter().enumerate();
    values.fold(request, |request, (at, id)| {
        request.with(&format!("Filter.1.Value.{}", at + 1), id.as_str())
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Images {
    #[serde(default)]
    images_set: Items<Image>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Image {
    image_id: String,
    image_owner_id: Option<String>,
    image_owner_alias: Option<String>,
    name: Option<String>,
    architecture: Option<String>,
    is_public: Option<bool>,
    creation_date: Option<String>,
    deprecation_time: Option<String>,
    #[serde(default)]
    tag_set: Items<Tag>,
}

impl Page for Images {
    fn next(&mut self) -> Option<String> {
        self.next_token.take()
    }
}

/// Images of accounts that are not collected, by region. Several accounts see the same one, so that they are told once, when
/// all accounts were asked, in a scope of the region alone.
#[derive(Default)]
pub struct Foreign(Mutex<BTreeMap<String, Seen>>);

#[derive(Default)]
struct Seen {
    images: BTreeMap<String, Resource>,
    /// Why there may be more.
    gap: Option<ScopeOutcome>,
}

impl Foreign {
    fn add(&self, region: &str, image: Resource) {
        let mut all = self.0.lock().expect("nothing panics while it is locked");
        let seen = all.entry(region.to_owned()).or_default();
        seen.images.insert(image.native_id.clone(), image);
    }

    /// `ended`: with what one account's part of a region did.
    pub fn account_done(&self, region: &str, ended: Result<(), &AwsError>) {
        let mut all = self.0.lock().expect("nothing panics while it is locked");
        let seen = all.entry(region.to_owned()).or_default();
        if let Err(error) = ended {
            seen.gap = Some(partial(error));
        }
    }

    /// `gap`: why an account could not be asked at all.
    pub async fn tell(self, sender: &mpsc::Sender<Piece>, gap: Option<ScopeOutcome>) {
        let all = self.0.into_inner().expect("nothing panics while it is locked");
        for (region, seen) in all {
            let out = Out::new(sender, "-", &region);
            out.resources(KIND, seen.images.into_values().collect()).await;
            let gap = seen.gap.or_else(|| gap.clone());
            out.close_as(KIND, gap.unwrap_or(ScopeOutcome::Complete)).await;
        }
    }
}

pub async fn list_own(cell: &Cell) -> Result<(), AwsError> {
    let mut pages = cell.pages(own_request());
    while let Some(page) = pages.next::<Images>().await? {
        let images = page
            .images_set
            .list
            .into_iter()
            .map(|image| resource(cell, image));
        cell.out.resources(KIND, images.collect()).await;
    }
    Ok(())
}

/// `used`: by the account's machines in the region.
pub async fn list_foreign(cell: &Cell, foreign: &Foreign, used: HashSet<String>) -> Result<(), AwsError> {
    let mut unseen: BTreeSet<String> = used.into_iter().collect();
    let mut pages = cell.pages(shared_request());
    while let Some(page) = pages.next::<Images>().await? {
        for image in page.images_set.list {
            unseen.remove(&image.image_id);
            add(cell, foreign, image);
        }
    }
    let unseen: Vec<&String> = unseen.iter().collect();
    for ids in unseen.chunks(IDS_MAX) {
        let found: Images = cell.ask(&used_request(ids)).await?;
        for image in found.images_set.list {
            add(cell, foreign, image);
        }
    }
    Ok(())
}

/// An image of an account that is collected is told there.
fn add(cell: &Cell, foreign: &Foreign, image: Image) {
    let owner = image.image_owner_id.as_deref().unwrap_or_default();
    if !cell.is_collected(owner) {
        let mut image = resource(cell, image);
        // Each account has tags of its own on an image that is shared with it.
        image.labels.clear();
        foreign.add(&cell.region, image);
    }
}

fn resource(cell: &Cell, image: Image) -> Resource {
    let owner = given(image.image_owner_id);
    let foreign = owner.as_deref().filter(|owner| *owner != cell.account());
    Resource {
        platform: Platform::Aws,
        name: given(image.name).unwrap_or_else(|| image.image_id.clone()),
        account: owner.clone(),
        region: Some(cell.region.clone()),
        labels: image
            .tag_set
            .list
            .into_iter()
            .map(|tag| (tag.key, tag.value))
            .collect(),
        facts: Facts::MachineImage(MachineImage {
            os: None,
            owner: given(image.image_owner_alias).or_else(|| foreign.map(str::to_owned)),
            public: image.is_public,
            digest: None,
            architecture: image.architecture.map(machine),
            created_at: moment(image.creation_date.as_deref()),
            deprecated_at: moment(image.deprecation_time.as_deref()),
        }),
        native_id: image.image_id,
        relations: Vec::new(),
        simulated: false,
    }
}

/// As `uname -m` says.
pub fn machine(architecture: String) -> String {
    match &*architecture {
        "arm64" => "aarch64".to_owned(),
        _ => architecture,
    }
}
