//! The machines of a project, a page after the other, with what is known of them beyond themselves.
//!
//! **Invariant:** a machine is told with all that can be known of it, or it is not told. What may not be read is unknown, now
//! and the next time; what could not be read this time holds the machines of its zone back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use qlrf_core::asset::{Asset, Exposure};
use qlrf_core::coverage::ScopeOutcome;

use super::super::out::{Out, partial};
use super::super::rest::Question;
use super::aggregate::{self, Aggregated, Gaps};
use super::api::Api;
use super::error::GcpError;
use super::image::Foreign;
use super::machine::{DiskImages, Instance};
use super::os_config::{self, ReportsById, Systems};
use super::project::Project;
use super::{exposure, software};

const ACTION: &str = "compute.instances.list";
/// Machines that go to the sink together, with their software.
const BATCH_ITEMS: usize = 50;
/// Machines whose software is asked for at a time.
const SOFTWARE_AT_ONCE: usize = 8;

pub fn question(api: &Api, project: &str) -> Question {
    aggregate::question(api, ACTION, project, "instances")
}

pub struct Listing<'a> {
    project: &'a Project,
    images: DiskImages,
    /// What was left out of them.
    disks: Result<Gaps, GcpError>,
    zones: BTreeMap<String, Zone>,
    /// Paths of images.
    used: BTreeSet<String>,
    systems: Gap,
    reports: Gap,
    rules: Gap,
}

/// What is known of the machines of one zone.
#[derive(Default)]
struct Zone {
    systems: Systems,
    reports: ReportsById,
    /// Why its machines are held back.
    lost: Option<ScopeOutcome>,
}

/// Why something of the machines is not known.
#[derive(Default)]
struct Gap {
    first: OnceLock<ScopeOutcome>,
    denied: AtomicBool,
}

impl Gap {
    /// An error when what is not known was lost.
    fn note(&self, error: &GcpError) -> Result<(), ScopeOutcome> {
        let outcome = partial(error);
        // Whoever comes second has much the same reason.
        let _ = self.first.set(outcome.clone());
        match error.is_permission() {
            true => {
                self.denied.store(true, Ordering::Relaxed);
                Ok(())
            }
            false => Err(outcome),
        }
    }

    /// Asking again would be refused again.
    fn is_denied(&self) -> bool {
        self.denied.load(Ordering::Relaxed)
    }

    /// What was told, or nothing.
    fn take<T: Default>(&self, told: Result<T, GcpError>) -> Result<T, ScopeOutcome> {
        told.or_else(|error| self.note(&error).map(|()| T::default()))
    }
}

impl<'a> Listing<'a> {
    pub fn new(project: &'a Project, images: DiskImages, disks: Result<Gaps, GcpError>) -> Listing<'a> {
        Listing {
            project,
            images,
            disks,
            zones: BTreeMap::new(),
            used: BTreeSet::new(),
            systems: Gap::default(),
            reports: Gap::default(),
            rules: Gap::default(),
        }
    }

    pub async fn list(mut self, foreign: &Foreign) {
        let read = self.read().await;
        let project = self.project;
        for zone in &project.zones {
            self.zones.entry(zone.clone()).or_default();
        }
        for (name, zone) in std::mem::take(&mut self.zones) {
            let outcome = match &read {
                Err(outcome) => outcome.clone(),
                Ok(gaps) => {
                    let left_out = gaps.of_zone(&name).map(|error| partial(&error));
                    left_out.or(zone.lost).unwrap_or(ScopeOutcome::Complete)
                }
            };
            foreign.gap(&outcome);
            Out::new(&project.sender, &project.id, &name)
                .close_as("virtual_machine", outcome)
                .await;
        }
        if let Err(error) = &self.disks {
            foreign.gap(&partial(error));
        }
        foreign.used(self.used);
        for (kind, gap) in [
            ("os_inventory", self.systems),
            ("vulnerability_report", self.reports),
            ("firewall_rule", self.rules),
        ] {
            // What machines lack is asked for only when there are machines.
            let outcome = gap.first.into_inner().or(read.as_ref().err().cloned());
            let outcome = outcome.unwrap_or(ScopeOutcome::Complete);
            project.out.close_as(kind, outcome).await;
        }
    }

    /// An error when nothing is to be concluded of any zone.
    async fn read(&mut self) -> Result<Gaps, ScopeOutcome> {
        if let Some(error) = self.disks.as_ref().err().filter(|error| !error.is_permission()) {
            return Err(partial(error));
        }
        let api = &self.project.api;
        let mut gaps = Gaps::new(ACTION);
        let mut pages = api.pages(question(api, &self.project.id));
        loop {
            let page = pages.next::<Aggregated<Instance>>().await;
            let Some(page) = page.map_err(|error| partial(&error))? else {
                return Ok(gaps);
            };
            gaps.note(&page);
            for (scope, part) in page.items {
                let Some(zone) = scope.strip_prefix("zones/").filter(|_| !part.list.is_empty()) else {
                    continue;
                };
                self.tell(zone, part.list).await;
            }
        }
    }

    async fn tell(&mut self, name: &str, instances: Vec<Instance>) {
        let mut zone = match self.zones.remove(name) {
            Some(zone) => zone,
            None => self.enter(name).await,
        };
        let images = instances
            .iter()
            .filter_map(|instance| instance.image(&self.images));
        self.used.extend(images.map(str::to_owned));
        if zone.lost.is_none() {
            zone.lost = self.send(name, &zone, instances).await.err();
        }
        self.zones.insert(name.to_owned(), zone);
    }

    /// Reads what is known of the machines of a zone, the first time that one is seen there.
    async fn enter(&self, name: &str) -> Zone {
        let gap = self.disks.as_ref().ok().and_then(|gaps| gaps.of_zone(name));
        let entering = async {
            match gap {
                Some(error) => Err(partial(&error)),
                None => self.details(name).await,
            }
        };
        entering.await.unwrap_or_else(|lost| Zone {
            lost: Some(lost),
            ..Zone::default()
        })
    }

    async fn details(&self, name: &str) -> Result<Zone, ScopeOutcome> {
        let (api, project) = (&self.project.api, &*self.project.id);
        let mut zone = Zone::default();
        if !self.systems.is_denied() {
            let told = os_config::list_systems(api, project, name).await;
            zone.systems = self.systems.take(told)?;
        }
        if !self.reports.is_denied() {
            let told = os_config::list_reports(api, project, name).await;
            zone.reports = self.reports.take(told)?;
        }
        Ok(zone)
    }

    async fn send(&self, name: &str, zone: &Zone, instances: Vec<Instance>) -> Result<(), ScopeOutcome> {
        let out = Out::new(&self.project.sender, &self.project.id, name);
        let mut batches = stream::iter(instances).chunks(BATCH_ITEMS);
        while let Some(batch) = batches.next().await {
            let machines = stream::iter(batch)
                .map(|instance| self.machine(name, zone, instance))
                .buffered(SOFTWARE_AT_ONCE);
            let machines: Vec<Asset> = machines.try_collect().await?;
            out.assets(machines).await;
        }
        Ok(())
    }

    async fn machine(&self, name: &str, zone: &Zone, instance: Instance) -> Result<Asset, ScopeOutcome> {
        let project = self.project;
        let exposure = self.exposure(&instance).await?;
        let mut asset = instance.asset(&project.id, name, &self.images, exposure);
        let system = zone.systems.get(&instance.id);
        let report = zone.reports.get(&instance.id);
        os_config::tell(&mut asset, system, report);
        if project.software && system.is_some() && !self.systems.is_denied() {
            let place = (&*project.id, name, &*instance.id);
            let told = software::tell(&project.api, place, report, &mut asset).await;
            self.systems.take(told)?;
        }
        Ok(asset)
    }

    /// The rules of a network are in its own project, which may be another one.
    async fn exposure(&self, instance: &Instance) -> Result<Exposure, ScopeOutcome> {
        let project = self.project;
        let mut exposure = Exposure::Internal;
        for door in instance.doors() {
            let owner = exposure::project_of(door.network).unwrap_or(&project.id);
            match &*project.firewalls.of(&project.api, owner).await {
                Ok(rules) if rules.is_open(instance, &door) => return Ok(Exposure::Internet),
                Ok(_) => {}
                Err(error) => {
                    self.rules.note(error)?;
                    exposure = Exposure::Unknown;
                }
            }
        }
        Ok(exposure)
    }
}
