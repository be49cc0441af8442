//! Managed images, and the versions of images in Compute Galleries.

use futures::{StreamExt as _, TryStreamExt as _, stream};
use qlrf_core::asset::Platform;
use qlrf_core::resource::{Facts, MachineImage, Resource};
use qlrf_core::time::Timestamp;
use serde::Deserialize;

use super::super::os_name;
use super::super::rest::RestError;
use super::super::text::moment;
use super::api::{Arm, List, part};
use super::machine::COMPUTE;
use super::subscription::Subscription;

pub const KIND: &str = "machine_image";
const GALLERY: &str = "2023-07-03";
/// Images of one gallery whose versions are listed at a time.
const IMAGES_AT_ONCE: usize = 8;

pub const IMAGES: List = List {
    action: "Microsoft.Compute/images/read",
    path: "providers/Microsoft.Compute/images",
    version: COMPUTE,
    query: &[],
};
pub const GALLERIES: List = List {
    action: "Microsoft.Compute/galleries/read",
    path: "providers/Microsoft.Compute/galleries",
    version: GALLERY,
    query: &[],
};
/// Of one gallery.
pub const DEFINITIONS: List = List {
    action: "Microsoft.Compute/galleries/images/read",
    path: "images",
    version: GALLERY,
    query: &[],
};
/// Of one image in a gallery.
pub const VERSIONS: List = List {
    action: "Microsoft.Compute/galleries/images/versions/read",
    path: "versions",
    version: GALLERY,
    query: &[],
};

/// A managed image is seen by nobody else.
#[derive(Default, Deserialize)]
struct ImageProperties {}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct GalleryProperties {
    sharing_profile: Option<Sharing>,
}

#[derive(Deserialize)]
struct Sharing {
    permissions: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DefinitionProperties {
    architecture: Option<String>,
    end_of_life_date: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct VersionProperties {
    publishing_profile: Option<Publishing>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Publishing {
    published_date: Option<String>,
    end_of_life_date: Option<String>,
}

pub async fn list(of: &Subscription) -> Result<(), RestError> {
    let mut pages = of.api.pages::<Arm<ImageProperties>>(&IMAGES, &of.path());
    while let Some(page) = pages.next().await? {
        let images = page.into_iter().map(|image| {
            let name = image.name.clone();
            let facts = MachineImage {
                public: Some(false),
                ..MachineImage::default()
            };
            resource(of, image, name, facts)
        });
        of.out.resources(KIND, images.collect()).await;
    }
    let mut pages = of.api.pages::<Arm<GalleryProperties>>(&GALLERIES, &of.path());
    while let Some(page) = pages.next().await? {
        for gallery in page {
            unless_gone(list_gallery(of, gallery).await)?;
        }
    }
    Ok(())
}

/// What was deleted since it was listed has nothing in it.
fn unless_gone(listed: Result<(), RestError>) -> Result<(), RestError> {
    match listed {
        Err(error) if error.is_missing() => Ok(()),
        ended => ended,
    }
}

async fn list_gallery(of: &Subscription, gallery: Arm<GalleryProperties>) -> Result<(), RestError> {
    let sharing = gallery.properties.sharing_profile;
    let public = sharing
        .and_then(|sharing| sharing.permissions)
        .map(|permissions| permissions.eq_ignore_ascii_case("Community"));
    let mut pages = of
        .api
        .pages::<Arm<DefinitionProperties>>(&DEFINITIONS, &gallery.id);
    while let Some(page) = pages.next().await? {
        stream::iter(page)
            .map(|definition| async move { unless_gone(list_versions(of, definition, public).await) })
            .buffer_unordered(IMAGES_AT_ONCE)
            .try_collect::<()>()
            .await?;
    }
    Ok(())
}

async fn list_versions(
    of: &Subscription,
    definition: Arm<DefinitionProperties>,
    public: Option<bool>,
) -> Result<(), RestError> {
    let said = &definition.properties;
    let architecture = said.architecture.as_deref().and_then(architecture);
    let ends = moment(said.end_of_life_date.as_deref());
    let mut pages = of.api.pages::<Arm<VersionProperties>>(&VERSIONS, &definition.id);
    while let Some(page) = pages.next().await? {
        let versions = page.into_iter().map(|mut version| {
            let published = version.properties.publishing_profile.take();
            let facts = MachineImage {
                public,
                architecture: architecture.clone(),
                ..facts(published, ends)
            };
            let name = version_name(&definition.id, &version.name);
            resource(of, version, name, facts)
        });
        of.out.resources(KIND, versions.collect()).await;
    }
    Ok(())
}

/// `ends`: when all versions of the image do.
fn facts(published: Option<Publishing>, ends: Option<Timestamp>) -> MachineImage {
    let said = published.as_ref();
    let own = moment(said.and_then(|said| said.end_of_life_date.as_deref()));
    MachineImage {
        created_at: moment(said.and_then(|said| said.published_date.as_deref())),
        deprecated_at: own.into_iter().chain(ends).min(),
        ..MachineImage::default()
    }
}

/// `GALLERY/IMAGE/VERSION`
fn version_name(definition: &str, version: &str) -> String {
    let definition = super::api::key(definition);
    let named = |what| part(&definition, what).unwrap_or_default();
    format!("{}/{}/{version}", named("galleries"), named("images"))
}

fn architecture(word: &str) -> Option<String> {
    match word {
        "x64" => Some("x86_64".to_owned()),
        other => os_name::architecture(&other.to_ascii_lowercase()),
    }
}

fn resource<P>(of: &Subscription, mut image: Arm<P>, name: String, facts: MachineImage) -> Resource {
    Resource {
        native_id: image.key(),
        platform: Platform::Azure,
        name,
        account: Some(of.id().to_owned()),
        region: image.region(),
        labels: image.labels(),
        facts: Facts::MachineImage(facts),
        relations: Vec::new(),
        simulated: false,
    }
}
