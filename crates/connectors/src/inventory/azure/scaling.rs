//! Virtual machine scale sets. Machines of flexible ones are listed as machines; instances of uniform ones with their set.

use futures::{StreamExt as _, TryStreamExt as _, stream};
use qlrf_core::asset::Platform;
use qlrf_core::resource::{Facts, Resource, ScalingGroup};
use serde::Deserialize;

use super::super::rest::RestError;
use super::api::{Arm, List};
use super::machine::{COMPUTE, ImageReference, Machine};
use super::subscription::{Details, Subscription};

pub const KIND: &str = "scaling_group";
/// Scale sets whose instances are listed at a time.
const SETS_AT_ONCE: usize = 8;

pub const SETS: List = List {
    action: "Microsoft.Compute/virtualMachineScaleSets/read",
    path: "providers/Microsoft.Compute/virtualMachineScaleSets",
    version: COMPUTE,
    query: &[],
};
/// Of one scale set.
pub const INSTANCES: List = List {
    action: "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read",
    path: "virtualMachines",
    version: COMPUTE,
    query: &[("$expand", "instanceView")],
};

type Set = Arm<Properties>;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    orchestration_mode: Option<String>,
    virtual_machine_profile: Option<Profile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    storage_profile: Option<Storage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Storage {
    image_reference: Option<ImageReference>,
}

/// The ids of the uniform ones.
pub async fn list(of: &Subscription) -> Result<Vec<String>, RestError> {
    let mut uniform = Vec::new();
    let mut pages = of.api.pages::<Set>(&SETS, &of.path());
    while let Some(page) = pages.next().await? {
        let flexible = |set: &&Set| set.properties.orchestration_mode.as_deref() == Some("Flexible");
        uniform.extend(page.iter().filter(|set| !flexible(set)).map(|set| set.id.clone()));
        let sets = page.into_iter().map(|set| resource(of, set));
        of.out.resources(KIND, sets.collect()).await;
    }
    Ok(uniform)
}

/// All instances of these scale sets. A set that was deleted since it was listed has none.
pub async fn list_instances(of: &Subscription, sets: &[String], details: &Details) -> Result<(), RestError> {
    stream::iter(sets.to_vec())
        .map(|set| async move {
            match instances(of, &set, details).await {
                Err(error) if error.is_missing() => Ok(()),
                ended => ended,
            }
        })
        .buffer_unordered(SETS_AT_ONCE)
        .try_collect()
        .await
}

async fn instances(of: &Subscription, set: &str, details: &Details) -> Result<(), RestError> {
    let group = super::api::key(set);
    let mut pages = of.api.pages::<Machine>(&INSTANCES, set);
    while let Some(page) = pages.next().await? {
        let machines = page.into_iter().map(|mut machine| {
            let view = machine.take_view();
            machine.asset(details, view.as_ref(), Some(&group))
        });
        of.out.assets(machines.collect()).await;
    }
    Ok(())
}

fn resource(of: &Subscription, mut set: Set) -> Resource {
    let profile = set.properties.virtual_machine_profile.take();
    let image = profile
        .and_then(|profile| profile.storage_profile)
        .and_then(|storage| storage.image_reference);
    Resource {
        native_id: set.key(),
        platform: Platform::Azure,
        account: Some(of.id().to_owned()),
        region: set.region(),
        labels: set.labels(),
        facts: Facts::ScalingGroup(ScalingGroup {
            min: None,
            max: None,
            desired: set.sku.as_ref().and_then(|sku| sku.capacity),
            image_ref: image.as_ref().and_then(ImageReference::name),
        }),
        name: set.name,
        relations: Vec::new(),
        simulated: false,
    }
}
