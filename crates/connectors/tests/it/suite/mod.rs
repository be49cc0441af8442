//! What every connector of a provider's API must hold when the provider, or the way to it, misbehaves. A connector gives a
//! [`Subject`]: its real counterpart behind a proxy, seeded, and the provider's own words for what goes wrong.
//!
//! **Invariant of all of it:** a scope that is closed as complete held all that is there, whatever else happened.

mod clock;
mod faults;
mod host;
mod hostile;
mod listing;

use std::collections::{BTreeMap, BTreeSet};

use qlrf_connectors::grant::Grant;
use qlrf_connectors::inventory::{Inventory, find_kind};
use qlrf_core::coverage::{Scope, ScopeOutcome};
use qlrf_testkit::{Asked, HttpProxy, Reply};
use serde_json::Value;

use crate::recorder::Recorder;

pub use host::{furnish, whatever_its_files_say};
pub use hostile::{MARKED, hostile_labels};

pub struct Subject {
    /// As in `KINDS`.
    pub kind: &'static str,
    /// Leads through the proxy, to two machines or more in each scope of them, and to another scope that can fail alone.
    pub config: Value,
    pub grant: Grant,
    pub proxy: HttpProxy,
    pub listed: Listed,
    /// Names of all machines that were seeded, or of what is listed in their place, each with its labels; one carries
    /// [`hostile_labels`].
    pub machines: BTreeMap<String, BTreeMap<String, String>>,
    /// It asks for a page of machines.
    pub lists_machines: fn(&Asked) -> bool,
    /// It asks for anything of the scope that fails alone.
    pub of_the_failing: fn(&Asked) -> bool,
    pub is_failing: fn(&Scope) -> bool,
    /// Makes a request for machines one for a page of two, or leaves it.
    pub small_page: fn(&mut Asked),
    /// The provider's words for "slower".
    pub slower: fn(&Asked) -> Reply,
    /// … for "you may not"; what nothing depends on, such as a goodbye, is forwarded.
    pub forbidden: fn(&Asked) -> Reply,
    /// … for a credential whose time is over. No renewal helps.
    pub expired: fn(&Asked) -> Reply,
    /// … for a request that was signed at a time which is not its own, which it says with its answer, as in `Date`; where
    /// anything is signed.
    pub untimely: Option<fn(&Asked, String) -> Reply>,
    /// How its answers are written, if they may be changed on their way; what has a digest may not.
    pub written: Option<Written>,
    /// A machine of no other importance.
    pub renamed: &'static str,
    /// What the check and the ledger name when machines may not be listed.
    pub permission: &'static str,
}

#[derive(Clone, Copy)]
pub enum Written {
    Json,
    Xml,
}

/// What a connector is there for.
#[derive(Clone, Copy)]
pub enum Listed {
    Machines,
    /// Of this kind; it knows no machines.
    Resources(&'static str),
}

impl Subject {
    /// The facts of all that is listed.
    pub fn documents(&self, seen: &Recorder) -> Vec<Value> {
        let read = |(_, document): &(_, String)| serde_json::from_str(document).unwrap();
        match self.listed {
            Listed::Machines => seen.facts.values().map(read).collect(),
            Listed::Resources(kind) => {
                let of_kind = seen.resources.iter().filter(|((of, _), _)| *of == kind);
                of_kind.map(|(_, found)| read(found)).collect()
            }
        }
    }

    pub fn build(&self) -> Box<dyn Inventory> {
        let kind = find_kind(self.kind).unwrap();
        (kind.build)(self.config.clone(), self.grant.clone()).unwrap()
    }

    /// A collection that goes as it should but for what the proxy does.
    pub async fn collect(&self) -> Recorder {
        collect(&*self.build()).await
    }

    /// As [`Subject::collect`], with nothing in the way.
    pub async fn whole(&self) -> Recorder {
        self.proxy.forward_all();
        let seen = self.collect().await;
        let partial = partial(&seen);
        assert!(partial.is_empty(), "without a fault: {partial:?}");
        seen
    }
}

/// One that ends well, whatever it could not list.
pub async fn collect(inventory: &dyn Inventory) -> Recorder {
    let mut seen = Recorder::default();
    inventory.collect(&mut seen).await.unwrap();
    assert!(seen.complaints.is_empty(), "{:?}", seen.complaints);
    assert!(seen.open.is_empty(), "left open: {:?}", seen.open);
    seen
}

/// All laws, one after another, on one counterpart.
pub async fn hold_all(subject: &Subject) {
    let named = |law: &str| println_law(subject.kind, law);
    named("two collections are the same");
    listing::the_same_twice(subject).await;
    named("several pages");
    listing::several_pages(subject).await;
    named("hostile names and labels");
    hostile::names_and_labels(subject).await;
    hostile::whatever_they_are(subject).await;
    named("throttled");
    faults::throttled(subject).await;
    named("an answer of another form");
    faults::another_form(subject).await;
    named("one scope fails");
    faults::one_scope_fails(subject).await;
    named("permission missing");
    faults::permission_missing(subject).await;
    named("credential expired mid-way");
    faults::credential_expired(subject).await;
    named("another time");
    clock::another_time(subject).await;
    named("dropped mid-way");
    faults::dropped(subject).await;
    named("any one request fails");
    faults::any_request_fails(subject).await;
}

#[allow(
    clippy::print_stderr,
    reason = "a failing law is named by the last line before the panic"
)]
fn println_law(kind: &str, law: &str) {
    eprintln!("{kind}: {law}");
}

/// Scope, code and detail of all that was not complete.
pub fn partial(seen: &Recorder) -> Vec<(Scope, String, String)> {
    let partial = |(scope, outcome): (&Scope, &ScopeOutcome)| match outcome {
        ScopeOutcome::Complete => None,
        ScopeOutcome::Partial { code, detail } => Some((scope.clone(), code.clone(), detail.clone())),
    };
    seen.closed.iter().filter_map(partial).collect()
}

/// Each scope that says complete held what it holds when nothing is in the way.
pub fn assert_complete_is_complete(seen: &Recorder, whole: &Recorder, when: &str) {
    for (scope, outcome) in &seen.closed {
        if *outcome != ScopeOutcome::Complete {
            continue;
        }
        let none = BTreeSet::new();
        let held = seen.held.get(scope).unwrap_or(&none);
        let expected = whole.held.get(scope).unwrap_or(&none);
        assert_eq!(held, expected, "{when}: {scope:?} says that it is complete");
    }
}
