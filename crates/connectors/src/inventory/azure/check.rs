//! "Test connection": every action that is missing in each subscription, by name.

use std::time::Duration;

use futures::{StreamExt as _, stream};
use serde::de::IgnoredAny;

use super::super::rest::RestError;
use super::super::{Check, ConnectError};
use super::api::{Api, List};
use super::certificate::{self, Vault};
use super::{Azure, enter, image, machine, network, patch, scaling, storage, subscription};
use crate::outbound::{Options, TEST_ATTEMPTS_MAX};

/// Subscriptions that are tried, all at once.
const SUBSCRIPTIONS_MAX: usize = 8;
/// For one subscription, and below what the test as a whole may take.
const TIME_MAX: Duration = Duration::from_secs(8);
const ACTIONS_AT_ONCE: usize = 6;

/// Things that nobody has: Azure refuses whoever may not ask before it looks for them.
const NO_SET: &str = "/resourceGroups/ql-rf-none/providers/Microsoft.Compute/virtualMachineScaleSets/none";
const NO_GALLERY: &str = "/resourceGroups/ql-rf-none/providers/Microsoft.Compute/galleries/none";
const NO_IMAGE: &str = "/resourceGroups/ql-rf-none/providers/Microsoft.Compute/galleries/none/images/none";

/// One of each action that a collection takes of a subscription, and what below it the list is of.
pub const LISTS: [(List, &str); 12] = [
    (machine::MACHINES, ""),
    (scaling::SETS, ""),
    (scaling::INSTANCES, NO_SET),
    (network::INTERFACES, ""),
    (network::GROUPS, ""),
    (network::NETWORKS, ""),
    (network::ADDRESSES, ""),
    (storage::DISKS, ""),
    (image::IMAGES, ""),
    (image::GALLERIES, ""),
    (image::DEFINITIONS, NO_GALLERY),
    (image::VERSIONS, NO_IMAGE),
];

pub async fn check(azure: &Azure) -> Result<Check, ConnectError> {
    let api = azure.api(Options {
        attempts_max: TEST_ATTEMPTS_MAX,
        ..Options::default()
    })?;
    let found = tokio::time::timeout(TIME_MAX, azure.subscriptions(&api)).await;
    let ids = match found {
        Ok(Ok(ids)) => ids,
        Ok(Err(error)) => return Ok(failed(error.to_string())),
        Err(_) => return Ok(failed(no_answer())),
    };
    let count = ids.len();
    let certificates = azure.config.certificates;
    let tried: Vec<(bool, Vec<String>)> = stream::iter(ids.into_iter().take(SUBSCRIPTIONS_MAX))
        .map(|id| try_one(api.clone(), id, certificates))
        .buffered(SUBSCRIPTIONS_MAX)
        .collect()
        .await;
    let ok = tried.iter().all(|(ok, _)| *ok);
    let mut findings: Vec<String> = tried.into_iter().flat_map(|(_, said)| said).collect();
    if count > SUBSCRIPTIONS_MAX {
        findings.push(format!(
            "the first {SUBSCRIPTIONS_MAX} of {count} subscriptions were tried"
        ));
    }
    Ok(Check { ok, findings })
}

fn failed(finding: String) -> Check {
    Check {
        ok: false,
        findings: vec![finding],
    }
}

fn no_answer() -> String {
    format!("no answer within {} seconds", TIME_MAX.as_secs())
}

/// All is well, and one sentence for each thing.
async fn try_one(api: Api, id: String, certificates: bool) -> (bool, Vec<String>) {
    let named = |said: String| format!("subscription {id}: {said}");
    let trying = tokio::time::timeout(TIME_MAX, try_actions(&api, &id, certificates)).await;
    match trying {
        Err(_) => (false, vec![named(no_answer())]),
        Ok(Err(error)) => (false, vec![named(error.to_string())]),
        Ok(Ok((name, missing))) => {
            let ok = missing.is_empty();
            let said = match ok {
                true => format!("everything can be read (\"{name}\")"),
                false => format!("it is \"{name}\""),
            };
            let said = std::iter::once(said).chain(missing);
            (ok, said.map(named).collect())
        }
    }
}

/// What the subscription is called, and what is missing in it.
async fn try_actions(api: &Api, id: &str, certificates: bool) -> Result<(String, Vec<String>), RestError> {
    let about = enter(api, id).await?;
    let path = subscription::path(id);
    let lists = LISTS.map(|(list, below)| (list, format!("{path}{below}")));
    let mut missing: Vec<String> = stream::iter(lists)
        .map(|(list, of)| try_list(api.clone(), list, of))
        .buffered(ACTIONS_AT_ONCE)
        .filter_map(async |missing| missing)
        .collect()
        .await;
    let graph = api
        .management
        .ask::<IgnoredAny>(&patch::question(api, id, None))
        .await;
    missing.extend(said(graph.map(drop)));
    if certificates {
        missing.extend(said(try_vaults(api, &path).await));
    }
    Ok((about.name, missing))
}

async fn try_list(api: Api, list: List, of: String) -> Option<String> {
    said(api.ask::<IgnoredAny>(&list, &of).await.map(drop))
}

/// Of vaults the first one is asked: who may read it is decided for each.
async fn try_vaults(api: &Api, path: &str) -> Result<(), RestError> {
    let vaults: Option<Vec<Vault>> = api.pages(&certificate::VAULTS, path).next().await?;
    if let Some(vault) = vaults.iter().flatten().next() {
        certificate::pages(api, vault)?.next().await?;
    }
    Ok(())
}

/// In one sentence, if something is missing.
fn said(answered: Result<(), RestError>) -> Option<String> {
    match answered {
        Ok(()) => None,
        // It may be asked, for something that is there.
        Err(error) if error.is_missing() => None,
        Err(RestError::Refused {
            action,
            code,
            message,
            ..
        }) => Some(format!("{action} is missing: {code}: {message}")),
        Err(error) => Some(error.to_string()),
    }
}
