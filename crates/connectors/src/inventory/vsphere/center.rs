//! What is listed in one session with a vCenter, datacenter by datacenter.

use std::collections::{BTreeMap, HashMap, HashSet};

use qlrf_core::asset::Platform;
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_core::resource::{Facts, MachineImage, Resource};
use qlrf_core::time::Timestamp;
use time::format_description::well_known::Rfc3339;

use super::super::{ConnectError, Observed, Sink};
use super::compute;
use super::error::ApiError;
use super::machine::{self, Place};
use super::names::{self, Names};
use super::rest::{Item, Library, Rest, Tags};
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

    pub async fn collect_machines(
        &self,
        datacenter: &Datacenter,
        sink: &mut dyn Sink,
    ) -> Result<(), ConnectError> {
        let mut reported = HashSet::new();
        let mut listed = self.machines(datacenter, &mut reported, sink).await;
        if matches!(listed, Err(Halt::Api(ApiError::Ended))) {
            // Views and pages end with their session: the list begins anew, without what was reported.
            listed = match self.soap.login(self.service).await {
                Ok(()) => self.machines(datacenter, &mut reported, sink).await,
                Err(error) => Err(Halt::Api(error)),
            };
        }
        let outcome = outcome(listed)?;
        let region = datacenter.name.as_str();
        sink.close(&self.scope(region, "virtual_machine"), outcome.clone())
            .await?;
        sink.close(&self.scope(region, "machine_image"), outcome).await
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
        let place = self.place(datacenter);
        let scopes = ["hypervisor", "cluster"].map(|kind| self.scope(&datacenter.name, kind));
        let outcome = match listed {
            Ok(found) => {
                let (hosts, clusters): (Vec<Object>, Vec<Object>) =
                    found.into_iter().partition(|one| one.kind == compute::HOSTS.kind);
                let hosts: Vec<Resource> = hosts.iter().map(|host| compute::host(host, &place)).collect();
                let clusters: Vec<Resource> = clusters
                    .iter()
                    .map(|cluster| compute::cluster(cluster, &place))
                    .collect();
                sink.resources(&scopes[0], hosts).await?;
                sink.resources(&scopes[1], clusters).await?;
                ScopeOutcome::Complete
            }
            Err(error) => partial(&error),
        };
        for scope in &scopes {
            sink.close(scope, outcome.clone()).await?;
        }
        Ok(())
    }

    pub async fn collect_libraries(&self, sink: &mut dyn Sink) -> Result<(), ConnectError> {
        let Some(rest) = &self.rest else {
            return Ok(());
        };
        let scope = self.scope("-", "machine_image");
        let outcome = match self.library_items(rest).await {
            Ok(items) => {
                sink.resources(&scope, items).await?;
                ScopeOutcome::Complete
            }
            Err(error) => partial(&error),
        };
        sink.close(&scope, outcome).await
    }

    async fn library_items(&self, rest: &Rest<'_>) -> Result<Vec<Resource>, ApiError> {
        let mut found = Vec::new();
        for library in rest.libraries().await? {
            let items = rest.items(&library).await?;
            // From the others, such as ISO files, no machine is started as it is.
            let images = items
                .into_iter()
                .filter(|item| matches!(item.kind.as_deref(), Some("ovf" | "vm-template")));
            found.extend(images.map(|item| image(item, &library, self.name)));
        }
        Ok(found)
    }

    fn place<'a>(&'a self, datacenter: &'a Datacenter) -> Place<'a> {
        Place {
            vcenter: self.name,
            datacenter: &datacenter.name,
        }
    }

    fn scope(&self, region: &str, kind: &str) -> Scope {
        Scope {
            account: self.name.to_owned(),
            region: region.to_owned(),
            kind: kind.to_owned(),
        }
    }
}

fn image(item: Item, library: &Library, vcenter: &str) -> Resource {
    let created = item.creation_time.as_deref();
    let version = item
        .version
        .map(|version| ("ql-rf.io/library-version".to_owned(), version));
    let mut labels = BTreeMap::from([("ql-rf.io/library".to_owned(), library.name.clone())]);
    labels.extend(version);
    Resource {
        native_id: item.id,
        platform: Platform::Vsphere,
        name: item.name,
        account: Some(vcenter.to_owned()),
        region: None,
        labels,
        facts: Facts::MachineImage(MachineImage {
            created_at: created.and_then(|text| Timestamp::parse(text, &Rfc3339).ok()),
            ..MachineImage::default()
        }),
        relations: Vec::new(),
        simulated: false,
    }
}

fn readable(mut object: Object) -> Result<Object, ApiError> {
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

fn partial(error: &ApiError) -> ScopeOutcome {
    ScopeOutcome::Partial {
        code: error.code().to_owned(),
        detail: error.to_string(),
    }
}
