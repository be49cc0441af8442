//! Lists over all zones and regions of a project. Each page may leave some of them out, and says which.
//!
//! **Invariant:** a zone that any page left out, for whatever reason, is never taken for listed.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::super::page::Page;
use super::super::rest::Question;
use super::api::{Api, Warning, is_of_kind};
use super::error::GcpError;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: DeserializeOwned")]
pub struct Aggregated<T> {
    #[serde(rename = "kind", deserialize_with = "is_aggregated")]
    _kind: (),
    /// By `zones/Z`, `regions/R` or `global`.
    #[serde(default)]
    pub items: BTreeMap<String, Part<T>>,
    next_page_token: Option<String>,
    #[serde(default)]
    unreachables: Vec<String>,
    warning: Option<Warning>,
}

/// `compute#instanceAggregatedList`.
fn is_aggregated<'de, D: Deserializer<'de>>(from: D) -> Result<(), D::Error> {
    is_of_kind(from, "AggregatedList")
}

/// The name of the list is that of the resources.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub struct Part<T> {
    #[serde(
        default = "Vec::new",
        alias = "addresses",
        alias = "disks",
        alias = "instances",
        alias = "instanceGroupManagers"
    )]
    pub list: Vec<T>,
    warning: Option<Warning>,
}

impl<T: DeserializeOwned> Page for Aggregated<T> {
    fn next(&mut self) -> Option<String> {
        self.next_page_token.take()
    }
}

/// Without `returnPartialSuccess` one zone that is down would hide all the others.
pub fn question(api: &Api, action: &'static str, project: &str, resources: &str) -> Question {
    let query = [("maxResults", "500"), ("returnPartialSuccess", "true")];
    api.compute(action, project, &["aggregated", resources], &query)
}

/// What was left out of the pages that were read.
pub struct Gaps {
    action: &'static str,
    /// By `zones/Z` or `regions/R`.
    by_scope: BTreeMap<String, String>,
    /// Something, and nobody says where.
    anywhere: Option<String>,
}

impl Gaps {
    pub fn new(action: &'static str) -> Gaps {
        Gaps {
            action,
            by_scope: BTreeMap::new(),
            anywhere: None,
        }
    }

    pub fn note<T>(&mut self, page: &Aggregated<T>) {
        for (scope, part) in &page.items {
            if let Some(warning) = part.warning.as_ref().filter(|warning| warning.is_gap()) {
                self.by_scope.insert(scope.clone(), warning.to_string());
            }
        }
        for unreachable in &page.unreachables {
            self.add(unreachable, "it cannot be reached");
        }
        let Some(warning) = page.warning.as_ref().filter(|warning| warning.is_gap()) else {
            return;
        };
        let reason = warning.to_string();
        match warning.scopes().next() {
            Some(_) => warning.scopes().for_each(|scope| self.add(scope, &reason)),
            // With `unreachables` it says of them what they say themselves.
            None if page.unreachables.is_empty() => self.anywhere = Some(reason),
            None => {}
        }
    }

    fn add(&mut self, place: &str, reason: &str) {
        match scope_of(place) {
            Some(scope) => drop(self.by_scope.insert(scope, reason.to_owned())),
            None => self.anywhere = Some(format!("{place}: {reason}")),
        }
    }

    /// Why a zone, or the region that it is in, was not listed.
    pub fn of_zone(&self, zone: &str) -> Option<GcpError> {
        let keys = [format!("zones/{zone}"), format!("regions/{}", region_of(zone))];
        let found = keys
            .into_iter()
            .find_map(|scope| self.by_scope.get(&scope).cloned().map(|reason| (scope, reason)));
        let anywhere = || Some(("something".to_owned(), self.anywhere.clone()?));
        let (place, reason) = found.or_else(anywhere)?;
        Some(self.left_out(place, reason))
    }

    /// Why the project as a whole was not listed.
    pub fn result(&self) -> Result<(), GcpError> {
        let first = self.by_scope.first_key_value();
        let first = first.map(|(scope, reason)| (scope.clone(), reason.clone()));
        let anywhere = || Some(("something".to_owned(), self.anywhere.clone()?));
        match first.or_else(anywhere) {
            Some((place, reason)) => Err(self.left_out(place, reason)),
            None => Ok(()),
        }
    }

    fn left_out(&self, place: String, reason: String) -> GcpError {
        GcpError::LeftOut {
            action: self.action,
            place,
            reason,
        }
    }
}

/// `zones/Z` or `regions/R` at the end of whatever stands before it.
fn scope_of(place: &str) -> Option<String> {
    let mut parts = place.rsplit('/');
    let (name, kind) = (parts.next()?, parts.next()?);
    (matches!(kind, "zones" | "regions") && !name.is_empty()).then(|| format!("{kind}/{name}"))
}

/// `europe-west1` of `europe-west1-b`.
pub fn region_of(zone: &str) -> &str {
    zone.rsplit_once('-').map_or(zone, |(region, _)| region)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn gaps(mut page: Value) -> Gaps {
        page["kind"] = json!("compute#instanceAggregatedList");
        let mut gaps = Gaps::new("compute.instances.list");
        let page: Aggregated<Value> = serde_json::from_value(page).unwrap();
        gaps.note(&page);
        gaps
    }

    fn lacks(page: Value, zone: &str) -> bool {
        gaps(page).of_zone(zone).is_some()
    }

    #[test]
    fn what_does_not_say_that_it_is_a_list_is_none() {
        let read = |page: Value| serde_json::from_value::<Aggregated<Value>>(page).is_ok();
        assert!(read(json!({"kind": "compute#diskAggregatedList"})));
        for other in [
            json!({}),
            json!({"kind": "compute#instance"}),
            json!({"items": {}}),
        ] {
            assert!(!read(other.clone()), "{other}");
        }
    }

    #[test]
    fn whatever_a_page_left_out_is_told_of_the_zone() {
        let empty = json!({"code": "NO_RESULTS_ON_PAGE", "data": [{"key": "scope", "value": "zones/a-b"}]});
        let down =
            json!({"code": "UNREACHABLE", "message": "m", "data": [{"key": "scope", "value": "zones/a-b"}]});
        let vague = json!({"code": "PARTIAL_SUCCESS"});
        for (page, there, elsewhere) in [
            (
                json!({"items": {"zones/a-b": {"warning": empty.clone()}}}),
                false,
                false,
            ),
            (
                json!({"items": {"zones/a-b": {"warning": down.clone()}}}),
                true,
                false,
            ),
            (json!({"unreachables": ["zones/a-b"]}), true, false),
            (
                json!({"unreachables": ["https://x/compute/v1/projects/p/zones/a-b"]}),
                true,
                false,
            ),
            (json!({"unreachables": ["regions/a"]}), true, false),
            (
                json!({"unreachables": ["zones/a-b"], "warning": vague.clone()}),
                true,
                false,
            ),
            (json!({"unreachables": ["cell-7"]}), true, true),
            (json!({"warning": down}), true, false),
            (json!({"warning": vague}), true, true),
            (json!({"warning": empty}), false, false),
        ] {
            let seen = (lacks(page.clone(), "a-b"), lacks(page.clone(), "c-d"));
            assert_eq!(seen, (there, elsewhere), "{page}");
            assert_eq!(gaps(page.clone()).result().is_err(), there, "{page}");
        }
    }
}
