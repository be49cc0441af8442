//! Certificates of Key Vaults: the public part, which the vault tells without the key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::{StreamExt as _, stream};
use qlrf_core::asset::Platform;
use qlrf_core::resource::{Certificate, Facts, Resource};
use reqwest::Url;
use serde::Deserialize;

use super::super::rest::RestError;
use super::api::{Api, Arm, List, Pages};
use super::subscription::Subscription;
use crate::x509;

pub const KIND: &str = "certificate";
/// Certificates of one vault that are asked for at a time.
const CERTIFICATES_AT_ONCE: usize = 8;
const DATA: &str = "7.4";

pub const VAULTS: List = List {
    action: "Microsoft.KeyVault/vaults/read",
    path: "providers/Microsoft.KeyVault/vaults",
    version: "2023-07-01",
    query: &[("$top", "1000")],
};
/// Of one vault, asked of itself.
pub const CERTIFICATES: List = List {
    action: "Microsoft.KeyVault/vaults/certificates/read",
    path: "certificates",
    version: DATA,
    query: &[("maxresults", "25")],
};

pub type Vault = Arm<VaultProperties>;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VaultProperties {
    vault_uri: Option<String>,
}

#[derive(Deserialize)]
pub struct Item {
    /// `https://NAME.vault.azure.net/certificates/CERTIFICATE`
    id: String,
}

#[derive(Deserialize)]
struct Bundle {
    /// DER, in Base64.
    cer: Option<String>,
    attributes: Option<Attributes>,
    tags: Option<std::collections::BTreeMap<String, Option<String>>>,
}

#[derive(Deserialize)]
struct Attributes {
    enabled: Option<bool>,
}

/// One vault that cannot be read does not keep the others from being told.
pub async fn list(of: &Subscription) -> Result<(), RestError> {
    let mut gap = None;
    let mut pages = of.api.pages::<Vault>(&VAULTS, &of.path());
    while let Some(page) = pages.next().await? {
        for vault in page {
            if let Err(error) = list_vault(of, &vault).await {
                gap.get_or_insert(error);
            }
        }
    }
    gap.map_or(Ok(()), Err)
}

pub fn pages(api: &Api, vault: &Vault) -> Result<Pages<Item>, RestError> {
    let base = place(api, vault)?;
    let question = CERTIFICATES.question(&base, "");
    Ok(Pages::new(api.vaults.clone(), base, question))
}

fn place(api: &Api, vault: &Vault) -> Result<Url, RestError> {
    let uri = vault.properties.vault_uri.as_deref().unwrap_or_default();
    api.places
        .vault(uri)
        .map_err(|reason| unreadable(&VAULTS, reason))
}

async fn list_vault(of: &Subscription, vault: &Vault) -> Result<(), RestError> {
    let base = place(&of.api, vault)?;
    let mut pages = pages(&of.api, vault)?;
    while let Some(page) = pages.next().await? {
        let found: Vec<Result<Option<Resource>, RestError>> = stream::iter(page)
            .map(|item| one(of, vault, &base, item))
            .buffered(CERTIFICATES_AT_ONCE)
            .collect()
            .await;
        let found: Result<Vec<Option<Resource>>, RestError> = found.into_iter().collect();
        of.out
            .resources(KIND, found?.into_iter().flatten().collect())
            .await;
    }
    Ok(())
}

/// `None` when it was deleted since it was listed.
async fn one(
    of: &Subscription,
    vault: &Vault,
    base: &Url,
    item: Item,
) -> Result<Option<Resource>, RestError> {
    let name = item.id.split_once("/certificates/").map(|(_, name)| name);
    let Some(name) = name.filter(|name| !name.is_empty() && !name.contains('/')) else {
        let reason = format!("\"{}\" is no certificate", item.id);
        return Err(unreadable(&CERTIFICATES, reason));
    };
    let newest = List {
        query: &[],
        ..CERTIFICATES
    };
    let mut question = newest.question(base, "");
    if let Ok(mut path) = question.url.path_segments_mut() {
        // An empty version is the newest one.
        path.push(name).push("");
    }
    let bundle: Bundle = match of.api.vaults.ask(&question).await {
        Err(error) if error.is_missing() => return Ok(None),
        answer => answer?,
    };
    resource(of, vault, &item.id, name, bundle).map(Some)
}

fn resource(
    of: &Subscription,
    vault: &Vault,
    id: &str,
    name: &str,
    bundle: Bundle,
) -> Result<Resource, RestError> {
    let wrong = |reason: String| unreadable(&CERTIFICATES, format!("\"{id}\": {reason}"));
    let der = STANDARD.decode(bundle.cer.unwrap_or_default());
    let der = der.map_err(|error| wrong(error.to_string()))?;
    let read = x509::read(&der).map_err(|error| wrong(error.to_string()))?;
    let enabled = bundle.attributes.and_then(|attributes| attributes.enabled);
    let tags = bundle.tags.unwrap_or_default().into_iter();
    Ok(Resource {
        native_id: super::api::key(id),
        platform: Platform::Azure,
        name: name.to_owned(),
        account: Some(of.id().to_owned()),
        region: vault.region(),
        labels: tags
            .map(|(name, value)| (name, value.unwrap_or_default()))
            .collect(),
        facts: Facts::Certificate(Certificate {
            status: enabled.map(|enabled| if enabled { "enabled" } else { "disabled" }.to_owned()),
            ..read
        }),
        relations: Vec::new(),
        simulated: false,
    })
}

fn unreadable(list: &List, reason: String) -> RestError {
    RestError::Unreadable {
        action: list.action.to_owned(),
        reason,
    }
}
