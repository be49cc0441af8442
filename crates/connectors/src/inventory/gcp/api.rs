//! The services that are asked, where they answer, and what their answers have in common.

use std::borrow::Cow;
use std::collections::BTreeMap;

use reqwest::{StatusCode, Url};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::super::endpoint::place;
use super::super::page::{Page, Progress};
use super::super::rest::{Question, Rest, RestError};
use crate::outbound::Answer;

/// As host names have it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    CertificateManager,
    Compute,
    IamCredentials,
    OAuth,
    OsConfig,
    ResourceManager,
    Sts,
}

const SERVICES: [(Service, &str); 7] = [
    (Service::CertificateManager, "certificatemanager"),
    (Service::Compute, "compute"),
    (Service::IamCredentials, "iamcredentials"),
    (Service::OAuth, "oauth2"),
    (Service::OsConfig, "osconfig"),
    (Service::ResourceManager, "cloudresourcemanager"),
    (Service::Sts, "sts"),
];
const OWN: &str = "https://{service}.googleapis.com";

/// Where each service answers.
#[derive(Clone)]
pub struct Places(BTreeMap<Service, Url>);

impl Places {
    pub fn new(endpoint: Option<&str>) -> Result<Places, String> {
        let endpoint = endpoint.unwrap_or(OWN);
        let placed = |(service, name)| Ok((service, place(endpoint, &[("service", name)])?));
        SERVICES
            .into_iter()
            .map(placed)
            .collect::<Result<_, _>>()
            .map(Places)
    }

    pub fn all(&self) -> impl Iterator<Item = &Url> {
        self.0.values()
    }

    /// `path`: whatever stands in a segment stays in it.
    pub fn url(&self, service: Service, path: &[&str]) -> Url {
        let mut url = self.0[&service].clone();
        url.path_segments_mut()
            .expect("a place has a host")
            .pop_if_empty()
            .extend(path);
        url
    }
}

/// The way to GCP for one collection.
#[derive(Clone)]
pub struct Api {
    pub rest: Rest,
    pub places: Places,
}

impl Api {
    /// A GET. `action`: as roles name it.
    pub fn question(
        &self,
        action: &'static str,
        service: Service,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Question {
        let mut url = self.places.url(service, path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Question {
            action,
            url,
            body: None,
        }
    }

    /// A list of Compute Engine, which all are below a project.
    pub fn compute(
        &self,
        action: &'static str,
        project: &str,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Question {
        let whole = [&["compute", "v1", "projects", project], path].concat();
        self.question(action, Service::Compute, &whole, query)
    }

    pub async fn ask<T: DeserializeOwned>(&self, question: &Question) -> Result<T, RestError> {
        self.rest.ask(question).await
    }

    pub fn pages(&self, question: Question) -> Pages<'_> {
        Pages {
            rest: &self.rest,
            question,
            progress: Progress::default(),
        }
    }
}

/// Asks for one page after another.
pub struct Pages<'a> {
    rest: &'a Rest,
    question: Question,
    progress: Progress,
}

impl Pages<'_> {
    /// `None` after the last page.
    pub async fn next<T: Page>(&mut self) -> Result<Option<T>, RestError> {
        if self.progress.ended() {
            return Ok(None);
        }
        let mut question = self.question.clone();
        if let Some(token) = self.progress.token() {
            question.url.query_pairs_mut().append_pair("pageToken", token);
        }
        let mut page: T = self.rest.ask(&question).await?;
        let turned = self.progress.turn(page.next());
        turned.map_err(|endless| RestError::Unreadable {
            action: question.action.to_owned(),
            reason: endless.to_string(),
        })?;
        Ok(Some(page))
    }
}

/// Compute Engine says "slower" with 403 as well: <https://cloud.google.com/compute/docs/api-rate-limits>.
pub fn is_throttled(answer: &Answer) -> bool {
    if answer.status != StatusCode::FORBIDDEN {
        return false;
    }
    let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else {
        return false;
    };
    let reasons = ["/error/errors", "/error/details"].map(|list| body.pointer(list));
    let reasons = reasons
        .into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .flatten();
    let slower = |reason: &str| {
        matches!(
            reason,
            "rateLimitExceeded" | "userRateLimitExceeded" | "RATE_LIMIT_EXCEEDED"
        )
    };
    reasons
        .filter_map(|each| each.get("reason")?.as_str())
        .any(slower)
}

/// `projects/P/…` of a URL of Compute Engine, whatever host and version stand before it.
pub fn path_of(url: &str) -> Option<&str> {
    match url.starts_with("projects/") {
        true => Some(url),
        false => url.find("/projects/").map(|at| &url[at + 1..]),
    }
}

pub fn last_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or_default()
}

/// A list of Compute Engine that is global to a project. Items that are none are left out: that it is a list says its kind.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed<T> {
    #[serde(rename = "kind", deserialize_with = "is_list")]
    _kind: (),
    #[serde(default = "Vec::new")]
    pub items: Vec<T>,
    next_page_token: Option<String>,
    warning: Option<Warning>,
}

/// `compute#imageList`.
fn is_list<'de, D: Deserializer<'de>>(from: D) -> Result<(), D::Error> {
    is_of_kind(from, "List")
}

/// `compute#`, what is listed, and `ending`.
pub fn is_of_kind<'de, D: Deserializer<'de>>(from: D, ending: &str) -> Result<(), D::Error> {
    let kind = Cow::<str>::deserialize(from)?;
    match kind.starts_with("compute#") && kind.ends_with(ending) {
        true => Ok(()),
        false => Err(D::Error::custom("it is no list")),
    }
}

impl<T: DeserializeOwned> Page for Listed<T> {
    fn next(&mut self) -> Option<String> {
        self.next_page_token.take()
    }
}

impl<T> Listed<T> {
    /// Why something may be missing from it.
    pub fn gap(&self) -> Option<String> {
        let warning = self.warning.as_ref()?;
        warning.is_gap().then(|| warning.to_string())
    }
}

#[derive(Deserialize)]
pub struct Warning {
    code: Option<String>,
    message: Option<String>,
    #[serde(default)]
    data: Vec<Datum>,
}

#[derive(Deserialize)]
struct Datum {
    key: Option<String>,
    value: Option<String>,
}

impl Warning {
    /// All but one say that something may be missing, or are of a kind that is not known to be harmless.
    pub fn is_gap(&self) -> bool {
        self.code.as_deref() != Some("NO_RESULTS_ON_PAGE")
    }

    /// The zones or regions that it is about.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let of_scope = |datum: &&Datum| datum.key.as_deref() == Some("scope");
        self.data
            .iter()
            .filter(of_scope)
            .filter_map(|datum| datum.value.as_deref())
    }
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = self.code.as_deref().unwrap_or("a warning");
        write!(f, "{code}: {}", self.message.as_deref().unwrap_or_default())
    }
}
