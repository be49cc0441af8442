//! What is listed in one session with a vCenter, datacenter by datacenter.

use std::collections::{HashMap, HashSet};

use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::resource::Resource;

use super::super::{ConnectError, Observed, Sink};
use super::compute;
use super::error::ApiError;
use super::gone::{Doubt, doubt};
use super::machine::{self, Place};
use super::names::{self, Names};
use super::rest::{Rest, Tags};
use super::soap::{Object, Page, Service, Soap, Wanted};

/// Machines whose properties come at once.
const PAGE_MACHINES: usize = 200;
const PAGES_MAX: usize = 10_000;

/// One session with the vCenter, and what is the same for all that is asked in it.
pub struct Center<'a> {
    pub soap: &'a Soap,
    pub service: &'a Service,
    /// `None`: tags and libraries are not wanted.
    pub rest: Option<Rest<'a>>,
    pub name: &'a str,
}

pub struct Datacenter {
    pub id: String,
    pub name: String,
}

enum Halt {
    Api(ApiError),
    Sink(ConnectError),
}

impl From<ApiError> for Halt {
    fn from(error: ApiError) -> Halt {
        Halt::Api(error)
    }
}

impl From<ConnectError> for Halt {
    fn from(error: ConnectError) -> Halt {
        Halt::Sink(error)
    }
}

impl Center<'_> {
    pub async fn datacenters(&self) -> Result<Vec<Datacenter>, ApiError> {
        let wanted = [Wanted {
            kind: "Datacenter",
            properties: &["name"],
        }];
        let found = self.all(("Folder", &self.service.root), &wanted).await?;
        let mut all: Vec<Datacenter> = found
            .into_iter()
            .map(|object| Datacenter {
                name: object.text("name").unwrap_or_else(|| object.id.clone()),
                id: object.id,
            })
            .collect();
        // Names are unique within a folder, and regions within a vCenter.
        let mut named: HashMap<String, usize> = HashMap::new();
        for datacenter in &all {
            *named.entry(datacenter.name.clone()).or_default() += 1;
        }
        for datacenter in all.iter_mut().filter(|one| named[&one.name] > 1) {
            datacenter.name = format!("{} ({})", datacenter.name, datacenter.id);
        }
        Ok(all)
    }

    /// All objects of a few types, whose number is small.
    async fn all(&self, container: (&str, &str), wanted: &[Wanted]) -> Result<Vec<Object>, ApiError> {
        let kinds: Vec<&str> = wanted.iter().map(|wanted| wanted.kind).collect();
        let view = self.soap.view(self.service, container, &kinds).await?;
        let mut page = self.soap.of_view(self.service, &view, wanted, 0).await?;
        let mut all = Vec::new();
        for _ in 0..PAGES_MAX {
            for object in page.objects {
                all.push(readable(object)?);
            }
            match page.next {
                Some(token) => page = self.soap.next_page(self.service, &token).await?,
                None => return Ok(all),
            }
        }
        Err(endless())
    }

    async fn first_machines(&self, datacenter: &Datacenter, page_max: usize) -> Result<Page, ApiError> {
        let container = ("Datacenter", datacenter.id.as_str());
        let view = self
            .soap
            .view(self.service, container, &[machine::WANTED.kind])
            .await?;
        self.soap
            .of_view(self.service, &view, &[machine::WANTED], page_max)
            .await
    }

    pub async fn try_out(&self, datacenter: &Datacenter) -> Result<(), ApiError> {
        let page = self.first_machines(datacenter, 1).await?;
        for object in page.objects {
            let machine = readable(object)?;
            self.tags(&[&machine]).await?;
        }
        Ok(())
    }

    /// Adds what it lists to `seen`. What was there before and is not listed, nor seen yet, is left to be settled.
    pub async fn collect_machines(
        &self,
        datacenter: &Datacenter,
        seen: &mut HashSet<String>,
        sink: &mut dyn Sink,
    ) -> Result<Vec<Doubt>, ConnectError> {
        let mut listed = self.machines(datacenter, seen, sink).await;
        if matches!(listed, Err(Halt::Api(ApiError::Ended))) {
            // Views and pages end with their session: the list begins anew, without what was reported.
            listed = match self.soap.login(self.service).await {
                Ok(()) => self.machines(datacenter, seen, sink).await,
                Err(error) => Err(Halt::Api(error)),
            };
        }
        let outcome = outcome(listed)?;
        let mut doubts = Vec::new();
        for kind in ["virtual_machine", "machine_image"] {
            let scope = self.scope(&datacenter.name, kind);
            if outcome != ScopeOutcome::Complete {
                sink.close(&scope, outcome.clone()).await?;
                continue;
            }
            let doubt = doubt(scope, seen, sink).await?;
            match doubt.is_none() {
                true => self.settle(machine::WANTED.kind, doubt, seen, sink).await?,
                // A machine may have moved to a datacenter whose turn comes later.
                false => doubts.push(doubt),
            }
        }
        Ok(doubts)
    }

    async fn machines(
        &self,
        datacenter: &Datacenter,
        reported: &mut HashSet<String>,
        sink: &mut dyn Sink,
    ) -> Result<(), Halt> {
        let names = self.names(datacenter).await?;
        let mut page = self.first_machines(datacenter, PAGE_MACHINES).await?;
        let mut hidden = None;
        for _ in 0..PAGES_MAX {
            let mut found = Vec::new();
            for object in page.objects {
                match readable(object) {
                    Ok(machine) if reported.insert(machine.id.clone()) => found.push(machine),
                    Ok(_) => {}
                    Err(ApiError::Ended) => return Err(Halt::Api(ApiError::Ended)),
                    Err(error) => hidden = hidden.or(Some(error)),
                }
            }
            let tags = match self.tags(&found.iter().collect::<Vec<_>>()).await {
                Ok(tags) => tags,
                Err(error) => {
                    // They were not reported after all.
                    found.iter().for_each(|machine| _ = reported.remove(&machine.id));
                    return Err(Halt::Api(error));
                }
            };
            self.report(datacenter, &found, &names, &tags, sink).await?;
            match (page.next, hidden) {
                (Some(token), still) => {
                    page = self.soap.next_page(self.service, &token).await?;
                    hidden = still;
                }
                (None, Some(error)) => return Err(Halt::Api(error)),
                (None, None) => return Ok(()),
            }
        }
        Err(Halt::Api(endless()))
    }

    async fn report(
        &self,
        datacenter: &Datacenter,
        found: &[Object],
        names: &Names,
        tags: &HashMap<String, Tags>,
        sink: &mut dyn Sink,
    ) -> Result<(), ConnectError> {
        let place = self.place(datacenter);
        let (templates, machines): (Vec<&Object>, Vec<&Object>) =
            found.iter().partition(|one| machine::is_template(one));
        let machines: Vec<Observed> = machines
            .into_iter()
            .map(|one| Observed {
                asset: machine::asset(one, &place, names, tags.get(&one.id)),
                files: None,
            })
            .collect();
        let templates: Vec<Resource> = templates
            .into_iter()
            .map(|one| machine::template(one, &place, names, tags.get(&one.id)))
            .collect();
        if !machines.is_empty() {
            sink.assets(&self.scope(&datacenter.name, "virtual_machine"), machines)
                .await?;
        }
        if !templates.is_empty() {
            sink.resources(&self.scope(&datacenter.name, "machine_image"), templates)
                .await?;
        }
        Ok(())
    }

    async fn names(&self, datacenter: &Datacenter) -> Result<Names, ApiError> {
        let container = ("Datacenter", datacenter.id.as_str());
        let objects = self.all(container, &[names::FOLDERS, names::NETWORKS]).await?;
        Ok(Names::new(self.fields().await?, objects))
    }

    /// Names of custom attributes, by key.
    async fn fields(&self) -> Result<HashMap<String, String>, ApiError> {
        if self.service.custom_fields.is_empty() {
            return Ok(HashMap::new());
        }
        let wanted = Wanted {
            kind: "CustomFieldsManager",
            properties: &["field"],
        };
        let Some(object) = self
            .soap
            .of_object(self.service, &self.service.custom_fields, wanted)
            .await?
        else {
            return Ok(HashMap::new());
        };
        let object = readable(object)?;
        let fields = object
            .get("field")
            .into_iter()
            .flat_map(|fields| &fields.children);
        Ok(fields
            .map(|field| (field.text_at("key").to_owned(), field.text_at("name").to_owned()))
            .collect())
    }

    async fn tags(&self, machines: &[&Object]) -> Result<HashMap<String, Tags>, ApiError> {
        match &self.rest {
            Some(rest) if !machines.is_empty() => {
                let ids: Vec<String> = machines.iter().map(|machine| machine.id.clone()).collect();
                rest.tags_of(&ids).await
            }
            _ => Ok(HashMap::new()),
        }
    }

    pub async fn collect_compute(
        &self,
        datacenter: &Datacenter,
        sink: &mut dyn Sink,
    ) -> Result<(), ConnectError> {
        let container = ("Datacenter", datacenter.id.as_str());
        let wanted = [compute::HOSTS, compute::CLUSTERS];
        let mut listed = self.all(container, &wanted).await;
        if matches!(listed, Err(ApiError::Ended)) {
            listed = match self.soap.login(self.service).await {
                Ok(()) => self.all(container, &wanted).await,
                Err(error) => Err(error),
            };
        }
        let scopes = ["hypervisor", "cluster"].map(|kind| self.scope(&datacenter.name, kind));
        let found = match listed {
            Ok(found) => found,
            Err(error) => {
                for scope in &scopes {
                    sink.close(scope, partial(&error)).await?;
                }
                return Ok(());
            }
        };
        let place = self.place(datacenter);
        let seen: HashSet<String> = found.iter().map(|one| one.id.clone()).collect();
        let (hosts, clusters): (Vec<Object>, Vec<Object>) =
            found.into_iter().partition(|one| one.kind == compute::HOSTS.kind);
        let hosts: Vec<Resource> = hosts.iter().map(|host| compute::host(host, &place)).collect();
        let clusters: Vec<Resource> = clusters
            .iter()
            .map(|cluster| compute::cluster(cluster, &place))
            .collect();
        let kinds = [compute::HOSTS.kind, compute::CLUSTERS.kind];
        for ((scope, resources), kind) in scopes.into_iter().zip([hosts, clusters]).zip(kinds) {
            sink.resources(&scope, resources).await?;
            let doubt = doubt(scope, &seen, sink).await?;
            self.settle(kind, doubt, &seen, sink).await?;
        }
        Ok(())
    }

    fn place<'a>(&'a self, datacenter: &'a Datacenter) -> Place<'a> {
        Place {
            vcenter: self.name,
            datacenter: &datacenter.name,
        }
    }

    pub fn scope(&self, region: &str, kind: &str) -> Scope {
        Scope {
            account: self.name.to_owned(),
            region: region.to_owned(),
            kind: kind.to_owned(),
        }
    }
}

pub fn readable(mut object: Object) -> Result<Object, ApiError> {
    match object.denied.take() {
        Some(denied) => Err(denied),
        None => Ok(object),
    }
}

fn endless() -> ApiError {
    ApiError::TooMany {
        what: "pages in one list",
        most: PAGES_MAX,
    }
}

fn outcome(listed: Result<(), Halt>) -> Result<ScopeOutcome, ConnectError> {
    match listed {
        Ok(()) => Ok(ScopeOutcome::Complete),
        Err(Halt::Api(error)) => Ok(partial(&error)),
        Err(Halt::Sink(error)) => Err(error),
    }
}

pub fn partial(error: &ApiError) -> ScopeOutcome {
    ScopeOutcome::Partial {
        code: error.code().to_owned(),
        detail: error.to_string(),
    }
}
