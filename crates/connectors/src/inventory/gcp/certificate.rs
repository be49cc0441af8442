//! Certificates of Certificate Manager, of all its locations. Private keys cannot be asked for.

use std::collections::BTreeMap;

use qlrf_core::asset::Platform;
use qlrf_core::resource::{Certificate, Facts, Resource};
use serde::Deserialize;

use super::super::page::Page;
use super::super::rest::Question;
use super::super::text::moment;
use super::api::{Api, Service, last_of};
use super::error::GcpError;
use super::project::Project;
use crate::x509;

const ACTION: &str = "certificatemanager.certs.list";

pub fn question(api: &Api, project: &str) -> Question {
    let path = ["v1", "projects", project, "locations", "-", "certificates"];
    api.question(ACTION, Service::CertificateManager, &path, &[("pageSize", "500")])
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Certificates {
    #[serde(default)]
    certificates: Vec<One>,
    next_page_token: Option<String>,
    #[serde(default)]
    unreachable: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct One {
    /// `projects/P/locations/L/certificates/NAME`.
    name: String,
    pem_certificate: Option<String>,
    expire_time: Option<String>,
    #[serde(default)]
    san_dnsnames: Vec<String>,
    managed: Option<Managed>,
    #[serde(default)]
    used_by: Vec<User>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Managed {
    #[serde(default)]
    domains: Vec<String>,
    state: Option<String>,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    name: String,
}

impl Page for Certificates {
    fn next(&mut self) -> Option<String> {
        self.next_page_token.take()
    }
}

pub async fn list(project: &Project) -> Result<(), GcpError> {
    let mut unreachable = None;
    let mut pages = project.api.pages(question(&project.api, &project.id));
    while let Some(page) = pages.next::<Certificates>().await? {
        unreachable = unreachable.or(page.unreachable.into_iter().next());
        let list = page.certificates.into_iter();
        let certificates = list.map(|one| resource(project, one)).collect();
        project.out.resources("certificate", certificates).await;
    }
    match unreachable {
        None => Ok(()),
        Some(place) => Err(GcpError::LeftOut {
            action: ACTION,
            place,
            reason: "it cannot be reached".to_owned(),
        }),
    }
}

fn resource(project: &Project, one: One) -> Resource {
    let location = one
        .name
        .split('/')
        .nth(3)
        .filter(|location| *location != "global");
    Resource {
        platform: Platform::Gcp,
        name: last_of(&one.name).to_owned(),
        account: Some(project.id.clone()),
        region: location.map(str::to_owned),
        labels: one.labels.clone(),
        facts: Facts::Certificate(certificate(&one)),
        native_id: one.name,
        relations: Vec::new(),
        simulated: false,
    }
}

/// The certificate itself says it best; one that was not issued yet has a name and domains.
fn certificate(one: &One) -> Certificate {
    let issued = one.pem_certificate.as_deref().map(x509::first);
    let managed = one.managed.as_ref();
    let mut certificate = match issued {
        Some(Ok(certificate)) => certificate,
        None | Some(Err(_)) => {
            let domains = managed.map(|managed| managed.domains.clone()).unwrap_or_default();
            let mut names = if one.san_dnsnames.is_empty() {
                domains
            } else {
                one.san_dnsnames.clone()
            };
            names.sort();
            names.dedup();
            let subject = names.first().map_or_else(|| last_of(&one.name), String::as_str);
            Certificate {
                subject: format!("CN={subject}"),
                not_after: moment(one.expire_time.as_deref()),
                dns_names: names,
                ..Certificate::default()
            }
        }
    };
    certificate.status = managed
        .and_then(|managed| managed.state.as_ref())
        .map(|state| state.to_ascii_lowercase());
    certificate.used_by = one.used_by.iter().map(|user| user.name.clone()).collect();
    certificate.used_by.sort();
    certificate
}
