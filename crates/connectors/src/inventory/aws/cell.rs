//! One region of one account: everything that is listed there, each kind a scope of its own.

use std::collections::HashSet;
use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use qlrf_core::asset::Asset;
use serde::de::DeserializeOwned;

use super::super::out::Out;
use super::api::Request;
use super::error::AwsError;
use super::exposure::OpenGroups;
use super::image::{self, Foreign};
use super::instance::{self, Instance, Reservations};
use super::managed::Managed;
use super::page::Pages;
use super::session::Session;
use super::template::Templates;
use super::{certificate, scaling, software, storage};

/// Machines that go to the sink together, with their software.
const BATCH_ITEMS: usize = 50;
/// Machines whose software is asked for at a time.
const SOFTWARE_AT_ONCE: usize = 8;

pub struct Cell {
    pub session: Arc<Session>,
    pub region: String,
    pub out: Out,
    /// All accounts of the connector.
    pub accounts: Arc<HashSet<String>>,
    pub software: bool,
}

/// What is known beyond the machine itself.
struct Details {
    open: Result<OpenGroups, AwsError>,
    managed: Managed,
}

impl Cell {
    pub fn account(&self) -> &str {
        &self.out.account
    }

    pub fn is_collected(&self, account: &str) -> bool {
        self.accounts.contains(account)
    }

    pub async fn ask<T: DeserializeOwned>(&self, request: &Request) -> Result<T, AwsError> {
        self.session.ask(&self.region, request).await
    }

    pub fn pages(&self, request: Request) -> Pages<'_> {
        Pages::new(&self.session, &self.region, request)
    }

    pub async fn list(&self, foreign: &Foreign) {
        let details = Details {
            open: OpenGroups::list(self).await,
            managed: Managed::list(self).await,
        };
        let mut used = HashSet::new();
        // Without what was lost, machines would be told with less than is known of them.
        let listed = match details.lost() {
            None => self.list_machines(&details, &mut used).await,
            Some(_) => Ok(()),
        };
        let machines = match details.lost() {
            None => listed.as_ref().copied(),
            Some(lost) => Err(lost),
        };
        let out = &self.out;
        out.close("virtual_machine", machines).await;
        out.close("security_group", details.open.as_ref().map(drop)).await;
        out.close("managed_instance", details.managed.gap().map_or(Ok(()), Err))
            .await;

        let shared = image::list_foreign(self, foreign, used).await;
        foreign.account_done(&self.region, machines.and(shared.as_ref().copied()));

        out.list(image::KIND, image::list_own(self)).await;
        self.list_groups().await;
        out.list("volume", storage::list_volumes(self)).await;
        out.list("public_address", storage::list_addresses(self)).await;
        self.list_certificates().await;
    }

    async fn list_groups(&self) {
        let mut templates = Templates::default();
        let listed = scaling::list(self, &mut templates).await;
        let listed = listed.as_ref().copied();
        self.out.close("scaling_group", listed).await;
        let told = listed.and(templates.gap.as_ref().map_or(Ok(()), Err));
        self.out.close("launch_template", told).await;
    }

    async fn list_certificates(&self) {
        let mut gap = None;
        let listed = certificate::list(self, &mut gap).await;
        let listed = listed.as_ref().copied();
        self.out.close("certificate", listed).await;
        let told = listed.and(gap.as_ref().map_or(Ok(()), Err));
        self.out.close("certificate_tag", told).await;
    }

    async fn list_machines(&self, details: &Details, used: &mut HashSet<String>) -> Result<(), AwsError> {
        let mut pages = self.pages(instance::request());
        while let Some(page) = pages.next::<Reservations>().await? {
            let mut batches = stream::iter(page.instances()).chunks(BATCH_ITEMS);
            while let Some(batch) = batches.next().await {
                used.extend(batch.iter().filter_map(Instance::image).map(str::to_owned));
                let machines = stream::iter(batch)
                    .map(|instance| self.machine(instance, details))
                    .buffered(SOFTWARE_AT_ONCE);
                let machines: Vec<Asset> = machines.try_collect().await?;
                self.out.assets(machines).await;
            }
        }
        Ok(())
    }

    async fn machine(&self, instance: Instance, details: &Details) -> Result<Asset, AwsError> {
        let mut asset = instance.asset(self, details.open.as_ref().ok());
        let managed = &details.managed;
        let Some(machine) = managed.machine(&instance.instance_id) else {
            return Ok(asset);
        };
        machine.tell(&mut asset, instance.architecture.map(image::machine));
        let wanted = self.software && managed.software_gap.get().is_none();
        if let Some(os) = machine.os.as_ref().filter(|_| wanted) {
            match software::list(self, &instance.instance_id, os).await {
                Ok(software) => asset.software = software,
                // Whoever comes second was refused for the same reason.
                Err(error) if error.is_permission() => drop(managed.software_gap.set(error)),
                Err(error) => return Err(error),
            }
        }
        Ok(asset)
    }
}

impl Details {
    /// What may not be read is unknown, now and the next time. What could not be read this time is not.
    fn lost(&self) -> Option<&AwsError> {
        let failures = self.open.as_ref().err().into_iter().chain(self.managed.gap());
        failures.into_iter().find(|error| !error.is_permission())
    }
}
