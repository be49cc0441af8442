//! One subscription: everything that is listed there, each kind a scope of its own. Azure lists by subscription and not by
//! region, so that a scope is all regions of one: only so is it known that a region has nothing any more.

use serde::Deserialize;

use super::super::out::Out;
use super::super::rest::RestError;
use super::api::{Api, List};
use super::machine::{self, Machine};
use super::network::Network;
use super::patch::{self, Assessment, Assessments};
use super::{certificate, image, scaling, storage};

/// All that the account sees.
pub const SUBSCRIPTIONS: List = List {
    action: "Microsoft.Resources/subscriptions/read",
    path: "subscriptions",
    version: "2016-06-01",
    query: &[],
};
/// One of them, by its path.
pub const SUBSCRIPTION: List = List {
    path: "",
    ..SUBSCRIPTIONS
};

pub struct Subscription {
    pub api: Api,
    pub about: About,
    pub out: Out,
    pub certificates: bool,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    #[serde(rename = "subscriptionId")]
    pub id: String,
    #[serde(default, rename = "displayName")]
    pub name: String,
}

/// What is known beyond the machine itself.
pub struct Details {
    pub subscription: About,
    pub network: Network,
    pub patches: Result<Assessments, RestError>,
}

pub fn path(id: &str) -> String {
    format!("/subscriptions/{id}")
}

impl Details {
    pub fn assessment(&self, machine: &str) -> Option<&Assessment> {
        self.patches.as_ref().ok()?.get(machine)
    }

    /// What may not be read is unknown, now and the next time. What could not be read this time is not: without it, machines
    /// would be told with less than is known of them.
    fn lost(&self) -> Option<&RestError> {
        let patches = self.patches.as_ref().err();
        let patches = patches.filter(|error| !error.is_permission());
        self.network.lost().or(patches)
    }
}

impl Subscription {
    pub fn id(&self) -> &str {
        &self.about.id
    }

    pub fn path(&self) -> String {
        path(self.id())
    }

    pub async fn list(&self) {
        let path = self.path();
        let (network, patches) =
            futures::join!(Network::list(&self.api, &path), patch::list(&self.api, self.id()));
        let details = Details {
            subscription: self.about.clone(),
            network,
            patches,
        };
        self.list_machines(&details).await;
        let (out, network) = (&self.out, details.network);
        out.close("patch_assessment", details.patches.as_ref().map(drop))
            .await;
        out.close("network_interface", network.interfaces.as_ref().map(drop))
            .await;
        out.close("network_security_group", network.groups.as_ref().map(drop))
            .await;
        out.close("virtual_network", network.subnets.as_ref().map(drop))
            .await;
        let addresses = storage::tell_addresses(self, network).await;
        out.close("public_address", addresses.as_ref().copied()).await;
        let volumes = storage::list_volumes(self).await;
        out.close("volume", volumes.as_ref().copied()).await;
        out.list(image::KIND, image::list(self)).await;
        if self.certificates {
            let certificates = certificate::list(self).await;
            out.close(certificate::KIND, certificates.as_ref().copied()).await;
        }
    }

    /// Machines and instances of scale sets are one scope: what of them is gone is known when all of both were listed.
    async fn list_machines(&self, details: &Details) {
        let sets = scaling::list(self).await;
        self.out.close(scaling::KIND, sets.as_ref().map(drop)).await;
        let ended = match details.lost() {
            None => futures::join!(
                self.list_single(details),
                scaling::list_instances(self, sets.as_deref().unwrap_or_default(), details)
            ),
            Some(_) => (Ok(()), Ok(())),
        };
        let gap = details
            .lost()
            .or(ended.0.as_ref().err())
            .or(sets.as_ref().err())
            .or(ended.1.as_ref().err());
        self.out.close("virtual_machine", gap.map_or(Ok(()), Err)).await;
    }

    async fn list_single(&self, details: &Details) -> Result<(), RestError> {
        let views = machine::views(&self.api, &self.path()).await?;
        let mut pages = self.api.pages::<Machine>(&machine::MACHINES, &self.path());
        while let Some(page) = pages.next().await? {
            let machines = page.into_iter().map(|machine| {
                let view = views.get(&machine.key());
                machine.asset(details, view, None)
            });
            self.out.assets(machines.collect()).await;
        }
        Ok(())
    }
}
