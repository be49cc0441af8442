//! Azure subscriptions: machines, images, scale sets, disks, addresses and certificates.
//!
//! **Invariant:** what is listed of one kind in one subscription is a scope of its own, and is listed by Azure Resource Manager,
//! which refuses a list that the account may not read whole. Resource Graph leaves out in silence what may not be read, so that
//! nothing is taken for gone because it is absent there.

mod api;
mod certificate;
mod check;
mod cloud;
mod config;
mod image;
mod machine;
mod network;
mod patch;
mod scaling;
mod storage;
mod subscription;
mod token;

use async_trait::async_trait;
use futures::{FutureExt as _, StreamExt as _, stream};
use reqwest::Url;
use tokio::sync::mpsc;

use super::instance::{self, Instance};
use super::out::{self, Out, Piece};
use super::rest::{Rest, RestError, Tokens};
use super::{Check, ConfigError, ConnectError, Inventory, Kind, Sink};
use crate::grant::Grant;
use crate::outbound::{Limits, Options, Outbound};
use api::Api;
use cloud::Places;
use config::{AzureConfig, SignIn};
use subscription::{About, SUBSCRIPTION, SUBSCRIPTIONS, Subscription};
use token::{Application, ManagedIdentity};

pub const KIND: Kind = Kind {
    name: "azure",
    title: "Azure",
    summary: "Machines, images, scale sets, disks, addresses and certificates of Azure subscriptions, with a role that can only read.",
    simulated: false,
    permissions: Some(include_str!("role.json")),
    watch: None,
    config_schema: || schemars::schema_for!(AzureConfig).into(),
    build: |config, grant| Ok(Box::new(Azure::new(config, grant)?)),
};

/// Subscriptions that are listed at a time.
const SUBSCRIPTIONS_AT_ONCE: usize = 4;

pub struct Azure {
    config: AzureConfig,
    sign_in: SignIn,
    grant: Grant,
}

impl Azure {
    fn new(config: serde_json::Value, grant: Grant) -> Result<Azure, ConfigError> {
        let (config, sign_in) = AzureConfig::parse(config, &grant.addresses)?;
        match &sign_in {
            SignIn::Application { proof, .. } => {
                let allowed = grant.secrets.check(proof.reference());
                allowed.map_err(|error| ConfigError(format!("azure: {error}")))?;
            }
            SignIn::ManagedIdentity { .. } => instance::check("azure", "managed_identity", &grant)?,
        }
        Ok(Azure {
            config,
            sign_in,
            grant,
        })
    }

    fn api(&self, options: Options) -> Result<Api, ConnectError> {
        let unreadable = |reason: String| ConnectError::Unreadable(format!("azure: {reason}"));
        let options = Options {
            limits: Limits::per_second(self.config.requests_per_second),
            ..options
        };
        let outbound = Outbound::new(&self.grant, options).map_err(|error| unreadable(error.to_string()))?;
        let places = Places::of(&self.config);
        let instance = Instance::new(&self.grant).map_err(|error| unreadable(error.to_string()))?;
        let rest = |resource: String| {
            let tokens = self.tokens(&places, &instance, resource).map_err(unreadable)?;
            Ok(Rest::new(outbound.clone(), tokens))
        };
        Ok(Api {
            management: rest(places.management_resource())?,
            management_url: places.management().map_err(unreadable)?,
            vaults: rest(places.vault_resource())?,
            places: places.clone(),
        })
    }

    fn tokens(
        &self,
        places: &Places,
        instance: &Instance,
        resource: String,
    ) -> Result<Box<dyn Tokens>, String> {
        Ok(match &self.sign_in {
            SignIn::Application {
                tenant,
                client_id,
                proof,
            } => Box::new(Application {
                secrets: self.grant.secrets.clone(),
                url: sign_in_url(places, tenant)?,
                client_id: client_id.clone(),
                proof: proof.clone(),
                resource,
            }),
            SignIn::ManagedIdentity { client_id } => Box::new(ManagedIdentity {
                instance: instance.clone(),
                client_id: client_id.clone(),
                resource,
            }),
        })
    }

    /// The ids of the subscriptions that were asked for, or of all that the account sees.
    async fn subscriptions(&self, api: &Api) -> Result<Vec<String>, RestError> {
        if !self.config.subscriptions.is_empty() {
            let ids = self.config.subscriptions.iter();
            return Ok(ids.map(|id| id.to_ascii_lowercase()).collect());
        }
        let seen: Vec<About> = api.pages(&SUBSCRIPTIONS, "").all().await?;
        let mut ids: Vec<String> = seen.into_iter().map(|about| api::key(&about.id)).collect();
        ids.retain(|id| config::is_guid(id));
        ids.sort();
        ids.dedup();
        match ids.is_empty() {
            true => Err(RestError::Credential(
                "the account sees no subscription; assign it its role in one".to_owned(),
            )),
            false => Ok(ids),
        }
    }

    async fn list(&self, api: &Api, sender: mpsc::Sender<Piece>) {
        let ids = self.subscriptions(api).await;
        if self.config.subscriptions.is_empty() {
            Out::new(&sender, "-", "-")
                .close("account", ids.as_ref().map(drop))
                .await;
        }
        stream::iter(ids.unwrap_or_default())
            .for_each_concurrent(SUBSCRIPTIONS_AT_ONCE, |id| {
                let out = Out::new(&sender, &id, "-");
                list_one(api.clone(), id, out, self.config.certificates)
            })
            .await;
    }
}

/// `LOGIN/TENANT/oauth2/v2.0/token`
fn sign_in_url(places: &Places, tenant: &str) -> Result<Url, String> {
    let mut url = places.login()?;
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend([tenant, "oauth2", "v2.0", "token"]);
    }
    Ok(url)
}

async fn list_one(api: Api, id: String, out: Out, certificates: bool) {
    let entered = enter(&api, &id).await;
    out.close("account", entered.as_ref().map(drop)).await;
    if let Ok(about) = entered {
        let subscription = Subscription {
            api,
            about,
            out,
            certificates,
        };
        subscription.list().await;
    }
}

/// What a subscription says of itself to whoever may read it.
async fn enter(api: &Api, id: &str) -> Result<About, RestError> {
    match api.ask::<About>(&SUBSCRIPTION, &subscription::path(id)).await {
        Ok(about) => Ok(About {
            id: id.to_owned(),
            ..about
        }),
        // A renewed token would be of the same tenant.
        Err(RestError::Refused { code, message, .. }) if code == "InvalidAuthenticationTokenTenant" => {
            Err(RestError::Credential(format!("{code}: {message}")))
        }
        Err(error) => Err(error),
    }
}

#[async_trait]
impl Inventory for Azure {
    async fn check(&self) -> Result<Check, ConnectError> {
        check::check(self).await
    }

    async fn collect(&self, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let api = self.api(Options::default())?;
        let (sender, pieces) = out::channel();
        let listing = self.list(&api, sender).map(Ok);
        // A sink that fails ends the listing where it is.
        futures::future::try_join(listing, out::drain(pieces, sink)).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
