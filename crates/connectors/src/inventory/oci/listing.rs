//! What a registry lists, page by page: its repositories, and the tags of one.

use reqwest::Url;
use reqwest::header::LINK;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::client::{CATALOGUE, Client, pull, question};
use super::error::{OciError, short};
use super::name::{is_repository, is_tag};
use crate::outbound::{Answer, misread};

const PAGE_NAMES: usize = 100;
const REPOSITORIES_MAX: usize = 10_000;
/// Of the same tag or repository over and over, or of none.
const PAGES_MAX: usize = 2_000;

/// A list of names, page by page.
struct Listing<'a> {
    path: String,
    scope: &'a str,
    what: &'a str,
    is_name: fn(&str) -> bool,
    most: usize,
    pages_max: usize,
}

impl Listing<'_> {
    fn unreadable(&self, reason: &str) -> OciError {
        OciError::Unreadable {
            what: self.what.to_owned(),
            reason: reason.to_owned(),
        }
    }

    fn too_many(&self) -> OciError {
        OciError::TooMany {
            what: format!("names in {}", self.what),
            most: self.most,
        }
    }
}

impl Client {
    // Registries write `null` for an empty list; without one, it is no answer.

    /// Names of repositories, those that were read before it failed.
    pub async fn repositories(&self, pages_max: Option<usize>) -> (Vec<String>, Result<(), OciError>) {
        #[derive(Deserialize)]
        struct Page {
            #[serde(deserialize_with = "Option::deserialize")]
            repositories: Option<Vec<String>>,
        }
        let listing = Listing {
            path: "v2/_catalog".to_owned(),
            scope: CATALOGUE,
            what: "the catalogue of repositories",
            is_name: is_repository,
            most: REPOSITORIES_MAX,
            pages_max: pages_max.unwrap_or(PAGES_MAX),
        };
        let read = |page: Page| page.repositories;
        self.list(&listing, read).await
    }

    pub async fn tags(&self, repository: &str, most: usize) -> Result<Vec<String>, OciError> {
        #[derive(Deserialize)]
        struct Page {
            #[serde(deserialize_with = "Option::deserialize")]
            tags: Option<Vec<String>>,
        }
        let (scope, what) = (pull(repository), format!("the tags of \"{repository}\""));
        let listing = Listing {
            path: format!("v2/{repository}/tags/list"),
            scope: &scope,
            what: &what,
            is_name: is_tag,
            most,
            pages_max: PAGES_MAX,
        };
        let (tags, ended) = self.list(&listing, |page: Page| page.tags).await;
        ended.map(|()| tags)
    }

    async fn list<P: DeserializeOwned>(
        &self,
        listing: &Listing<'_>,
        read: impl Fn(P) -> Option<Vec<String>>,
    ) -> (Vec<String>, Result<(), OciError>) {
        let mut names = Vec::new();
        let ended = self.list_into(listing, read, &mut names).await;
        names.sort_unstable();
        names.dedup();
        (names, ended)
    }

    async fn list_into<P: DeserializeOwned>(
        &self,
        listing: &Listing<'_>,
        read: impl Fn(P) -> Option<Vec<String>>,
        names: &mut Vec<String>,
    ) -> Result<(), OciError> {
        let mut path = format!("{}?n={PAGE_NAMES}", listing.path);
        for _ in 0..listing.pages_max {
            let answer = self.ask(&question(&path, listing.scope, listing.what)).await?;
            let page = serde_json::from_slice(&answer.body);
            let page: P = page.map_err(|error| listing.unreadable(&misread(&error)))?;
            for name in read(page).unwrap_or_default() {
                if !(listing.is_name)(&name) {
                    let named = short(&name);
                    return Err(
                        listing.unreadable(&format!("it names \"{named}\", which nothing may be called"))
                    );
                }
                if names.len() == listing.most {
                    return Err(listing.too_many());
                }
                names.push(name);
            }
            match self.next_page(listing, &answer)? {
                Some(next) => path = next,
                None => return Ok(()),
            }
        }
        match listing.pages_max {
            PAGES_MAX => Err(listing.too_many()),
            _ => Ok(()),
        }
    }

    /// `Link: </v2/_catalog?last=b&n=100>; rel="next"` (RFC 8288). It leads to the same list, and nowhere else.
    fn next_page(&self, listing: &Listing<'_>, answer: &Answer) -> Result<Option<String>, OciError> {
        let links = answer.headers.get_all(LINK).iter();
        let mut links = links.filter_map(|link| link.to_str().ok());
        let next = links.find_map(|link| {
            let (place, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
            let is_next = rest.contains("rel=\"next\"") || rest.contains("rel=next");
            is_next.then(|| place.to_owned())
        });
        let Some(next) = next else {
            return Ok(None);
        };
        let found = self.registry.join(&next).ok();
        let same = |url: &Url| {
            url.origin() == self.registry.origin() && url.path().trim_start_matches('/') == listing.path
        };
        let Some(url) = found.filter(same) else {
            let place = short(&next);
            return Err(listing.unreadable(&format!("its next page would be \"{place}\"")));
        };
        let query = url.query().unwrap_or_default();
        Ok(Some(format!("{}?{query}", listing.path)))
    }
}
