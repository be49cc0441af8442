//! What Azure is asked, and its lists, which come in pages.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use reqwest::Url;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::page::Progress;
use super::super::rest::{Question, Rest, RestError};
use super::super::text::given;
use super::cloud::Places;

/// A list of a subscription, of a thing in it, or of a vault.
#[derive(Clone, Copy)]
pub struct List {
    /// As roles name it: `Microsoft.Compute/virtualMachines/read`.
    pub action: &'static str,
    /// Below what it is listed of.
    pub path: &'static str,
    pub version: &'static str,
    pub query: &'static [(&'static str, &'static str)],
}

impl List {
    /// `of` is the id of a resource, or empty. Its segments are not taken for anything but names.
    pub fn question(&self, base: &Url, of: &str) -> Question {
        let mut url = base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .extend(segments(of))
                .extend(segments(self.path));
        }
        url.query_pairs_mut()
            .extend_pairs(self.query)
            .append_pair("api-version", self.version);
        Question {
            action: self.action,
            url,
            body: None,
        }
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// The ways to Azure for one collection. Clones share everything.
#[derive(Clone)]
pub struct Api {
    pub management: Rest,
    pub management_url: Url,
    pub vaults: Rest,
    pub places: Places,
}

impl Api {
    pub fn pages<T: DeserializeOwned>(&self, list: &List, of: &str) -> Pages<T> {
        let question = list.question(&self.management_url, of);
        Pages::new(self.management.clone(), self.management_url.clone(), question)
    }

    pub async fn ask<T: DeserializeOwned>(&self, list: &List, of: &str) -> Result<T, RestError> {
        self.management
            .ask(&list.question(&self.management_url, of))
            .await
    }
}

/// Asks for one page after another.
pub struct Pages<T> {
    rest: Rest,
    base: Url,
    first: Question,
    progress: Progress,
    item: PhantomData<fn() -> T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: DeserializeOwned")]
struct Page<T> {
    value: Vec<T>,
    next_link: Option<String>,
}

impl<T: DeserializeOwned> Pages<T> {
    pub fn new(rest: Rest, base: Url, first: Question) -> Pages<T> {
        Pages {
            rest,
            base,
            first,
            progress: Progress::default(),
            item: PhantomData,
        }
    }

    /// `None` after the last page.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, RestError> {
        if self.progress.ended() {
            return Ok(None);
        }
        let mut question = self.first.clone();
        if let Some(link) = self.progress.token() {
            question.url = self.follow(link)?;
        }
        let page: Page<T> = self.rest.ask(&question).await?;
        let turned = self.progress.turn(page.next_link);
        turned.map_err(|endless| self.unreadable(endless.to_string()))?;
        Ok(Some(page.value))
    }

    pub async fn all(mut self) -> Result<Vec<T>, RestError> {
        let mut all = Vec::new();
        while let Some(page) = self.next().await? {
            all.extend(page);
        }
        Ok(all)
    }

    /// Only path and question are taken from a link: the token goes to no other host than before.
    fn follow(&self, link: &str) -> Result<Url, RestError> {
        let link = Url::parse(link).map_err(|error| self.unreadable(format!("nextLink: {error}")))?;
        let mut url = self.base.clone();
        url.set_path(&format!(
            "{}{}",
            self.base.path().trim_end_matches('/'),
            link.path()
        ));
        url.set_query(link.query());
        Ok(url)
    }

    fn unreadable(&self, reason: String) -> RestError {
        RestError::Unreadable {
            action: self.first.action.to_owned(),
            reason,
        }
    }
}

/// What all resources of Azure Resource Manager have. Null stands for *not there* at any place.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "P: DeserializeOwned + Default")]
pub struct Arm<P> {
    pub id: String,
    #[serde(default)]
    pub name: String,
    pub location: Option<String>,
    pub tags: Option<BTreeMap<String, Option<String>>>,
    pub sku: Option<Sku>,
    pub zones: Option<Vec<String>>,
    pub managed_by: Option<String>,
    pub managed_by_extended: Option<Vec<String>>,
    #[serde(default)]
    pub properties: P,
}

#[derive(Deserialize)]
pub struct Sku {
    pub name: Option<String>,
    pub capacity: Option<u64>,
}

#[derive(Deserialize)]
pub struct Reference {
    pub id: Option<String>,
}

impl<P> Arm<P> {
    pub fn key(&self) -> String {
        key(&self.id)
    }

    pub fn labels(&mut self) -> BTreeMap<String, String> {
        let tags = self.tags.take().unwrap_or_default().into_iter();
        tags.map(|(name, value)| (name, value.unwrap_or_default()))
            .collect()
    }

    pub fn region(&self) -> Option<String> {
        given(self.location.clone())
    }
}

/// Azure writes one id in different cases, so that ours are in lower case.
pub fn key(id: &str) -> String {
    id.to_ascii_lowercase()
}

pub fn key_of(reference: Option<&Reference>) -> Option<String> {
    reference?.id.as_deref().filter(|id| !id.is_empty()).map(key)
}

/// The segment of an id after this one, which is in lower case.
pub fn part<'a>(key: &'a str, name: &str) -> Option<&'a str> {
    let mut segments = key.split('/');
    segments.find(|segment| *segment == name)?;
    segments.next().filter(|segment| !segment.is_empty())
}
