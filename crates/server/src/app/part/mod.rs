//! Sites, environments and projects as things that people declare. Assets alone say where they belong: what is declared
//! here gives a word that they carry a meaning, and takes or changes none.

mod check;

use std::collections::BTreeMap;

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::event::NewEvent;
use qlrf_core::part::PartKind;
use qlrf_core::time::{Timestamp, now};
use qlrf_store::{TenantTx, clock, outbox, part as store};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use super::estate::count_by;
use crate::api::types::part::{EnvironmentSpec, ProjectSpec, SiteSpec};
use crate::fleet::{Dimension, Filter};
use crate::opcx::OpCx;

/// Of each kind in an organisation.
const PARTS_MAX: i64 = 1_000;

/// What people say of a part of one kind.
pub trait Spec: Serialize + DeserializeOwned + Send {
    const KIND: PartKind;

    fn name(&self) -> &str;

    /// The texts that may be absent, by the names of their fields.
    fn texts(&self) -> Vec<(&'static str, Option<&str>)>;

    fn title(&self) -> Option<&str> {
        let texts = self.texts();
        texts
            .into_iter()
            .find(|(field, _)| *field == "title")
            .and_then(|(_, text)| text)
    }

    fn time_zone(&self) -> Option<&str> {
        None
    }
}

impl Spec for SiteSpec {
    const KIND: PartKind = PartKind::Site;

    fn name(&self) -> &str {
        &self.name
    }

    fn texts(&self) -> Vec<(&'static str, Option<&str>)> {
        let (title, description) = (self.title.as_deref(), self.description.as_deref());
        let location = self.location.as_deref();
        vec![
            ("title", title),
            ("description", description),
            ("location", location),
        ]
    }

    fn time_zone(&self) -> Option<&str> {
        self.time_zone.as_deref()
    }
}

impl Spec for EnvironmentSpec {
    const KIND: PartKind = PartKind::Environment;

    fn name(&self) -> &str {
        &self.name
    }

    fn texts(&self) -> Vec<(&'static str, Option<&str>)> {
        let (title, description) = (self.title.as_deref(), self.description.as_deref());
        vec![("title", title), ("description", description)]
    }
}

impl Spec for ProjectSpec {
    const KIND: PartKind = PartKind::Project;

    fn name(&self) -> &str {
        &self.name
    }

    fn texts(&self) -> Vec<(&'static str, Option<&str>)> {
        let (title, description) = (self.title.as_deref(), self.description.as_deref());
        let (owner, contact) = (self.owner.as_deref(), self.contact.as_deref());
        vec![
            ("title", title),
            ("description", description),
            ("owner", owner),
            ("contact", contact),
        ]
    }
}

/// A part that is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known<S> {
    pub id: Uuid,
    pub spec: S,
    pub since: Timestamp,
    pub author: String,
}

impl<S> Known<S> {
    /// Another one with each edit, and with nothing else.
    pub fn version(&self) -> impl Serialize + use<S> {
        (self.id, self.since.unix_timestamp_nanos().to_string())
    }
}

/// A word, how many assets carry it, and what people say of it.
pub type Word<S> = (Option<String>, u64, Option<Known<S>>);

/// Everything that is declared, by name; now or at a moment.
pub async fn list<S: Spec>(tx: &mut TenantTx, as_of: Option<Timestamp>) -> Result<Vec<Known<S>>> {
    let parts = store::list(tx, S::KIND, as_of).await?;
    parts.into_iter().map(read).collect()
}

/// Every word that one of the assets carries, and everything that is declared; by name, what is not known last.
pub async fn words<S: Spec>(cx: &OpCx, q: &str, as_of: Option<Timestamp>) -> Result<Vec<Word<S>>> {
    let fleet = cx.app().fleets.get(cx.org(), as_of).await?;
    let assets = Filter::parse(q)?.select(&fleet, as_of.unwrap_or_else(now));
    let mut words: BTreeMap<Option<String>, (u64, Option<Known<S>>)> =
        count_by(&fleet, &assets, dimension(S::KIND))
            .into_iter()
            .map(|(word, assets)| (word, (assets, None)))
            .collect();
    for known in list::<S>(&mut cx.tenant().await?, as_of).await? {
        let word = Some(known.spec.name().to_owned());
        words.entry(word).or_default().1 = Some(known);
    }
    let unknown = words.remove(&None).map(|found| (None, found));
    let words = words.into_iter().chain(unknown);
    Ok(words
        .map(|(word, (assets, known))| (word, assets, known))
        .collect())
}

/// One of [`words`]. Fails when no asset carries the word and nobody declared it.
pub async fn word<S: Spec>(cx: &OpCx, name: &str, q: &str, as_of: Option<Timestamp>) -> Result<Word<S>> {
    let words = words(cx, q, as_of).await?;
    let found = words.into_iter().find(|(word, ..)| word.as_deref() == Some(name));
    found.ok_or_else(|| missing(S::KIND, name))
}

pub async fn create<S: Spec>(cx: &OpCx, spec: S) -> Result<Known<S>> {
    let mut tx = cx.tenant().await?;
    check::spec(&mut tx, &spec).await?;
    let at = clock::tick(&mut tx).await?;
    check_free::<S>(&mut tx, spec.name()).await?;
    if store::count(&mut tx, S::KIND).await? >= PARTS_MAX {
        let detail = format!(
            "there are {PARTS_MAX} {}, which is as many as there may be",
            S::KIND.plural()
        );
        return Err(Error::new(ErrorKind::Conflict, "too_many_declared", detail)
            .hint("delete one that is not needed"));
    }
    let known = open(&mut tx, cx, at, Uuid::now_v7(), spec).await?;
    tell(
        &mut tx,
        cx,
        &known,
        json!({ "change": "declared", "name_before": null }),
    )
    .await?;
    tx.commit().await?;
    Ok(known)
}

/// The same again writes nothing. `check` sees what is about to change.
pub async fn replace<S: Spec>(
    cx: &OpCx,
    name: &str,
    spec: S,
    check: impl FnOnce(&Known<S>) -> Result<()>,
) -> Result<Known<S>> {
    let mut tx = cx.tenant().await?;
    check::spec(&mut tx, &spec).await?;
    let at = clock::tick(&mut tx).await?;
    let before = get::<S>(&mut tx, name).await?;
    check(&before)?;
    if document(&before.spec) == document(&spec) {
        return Ok(before);
    }
    let renamed = spec.name() != name;
    if renamed {
        check_free::<S>(&mut tx, spec.name()).await?;
    }
    store::close(&mut tx, before.id, at).await?;
    let known = open(&mut tx, cx, at, before.id, spec).await?;
    let name_before = renamed.then_some(name);
    tell(
        &mut tx,
        cx,
        &known,
        json!({ "change": "edited", "name_before": name_before }),
    )
    .await?;
    tx.commit().await?;
    Ok(known)
}

/// The assets keep their word. A pair that a site is in ends with it.
pub async fn delete<S: Spec>(
    cx: &OpCx,
    name: &str,
    check: impl FnOnce(&Known<S>) -> Result<()>,
) -> Result<Known<S>> {
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    let known = get::<S>(&mut tx, name).await?;
    check(&known)?;
    if S::KIND == PartKind::Site {
        super::site::end_pair(&mut tx, cx, known.id, at).await?;
    }
    store::close(&mut tx, known.id, at).await?;
    tell(
        &mut tx,
        cx,
        &known,
        json!({ "change": "deleted", "name_before": null }),
    )
    .await?;
    tx.commit().await?;
    Ok(known)
}

/// Fails when it is not declared now.
pub async fn get<S: Spec>(tx: &mut TenantTx, name: &str) -> Result<Known<S>> {
    let found = store::find(tx, S::KIND, name).await?;
    read(found.ok_or_else(|| not_declared(S::KIND, name))?)
}

/// `more` is what the event says besides which part it is about.
pub async fn tell<S: Spec>(tx: &mut TenantTx, cx: &OpCx, known: &Known<S>, mut more: Value) -> Result<()> {
    more["id"] = json!(known.id);
    more["name"] = json!(known.spec.name());
    let event = NewEvent {
        event_type: S::KIND.event(),
        subject: format!("{}/{}", S::KIND.plural(), known.id),
        data: more,
    };
    outbox::append(tx, event, Some(&cx.request_id().to_string())).await?;
    Ok(())
}

async fn open<S: Spec>(tx: &mut TenantTx, cx: &OpCx, at: Timestamp, id: Uuid, spec: S) -> Result<Known<S>> {
    let part = store::Part {
        id,
        name: spec.name().to_owned(),
        since: at,
        author: cx.actor().to_string(),
        document: document(&spec),
    };
    store::open(tx, S::KIND, &part).await?;
    read(part)
}

async fn check_free<S: Spec>(tx: &mut TenantTx, name: &str) -> Result<()> {
    if store::find(tx, S::KIND, name).await?.is_none() {
        return Ok(());
    }
    let detail = format!("the {} \"{name}\" is declared already", S::KIND.name());
    let taken = Error::new(ErrorKind::Conflict, "already_declared", detail.clone());
    Err(taken.at("name", detail).hint("edit it, or choose another name"))
}

fn dimension(kind: PartKind) -> Dimension {
    match kind {
        PartKind::Site => Dimension::Site,
        PartKind::Environment => Dimension::Env,
        PartKind::Project => Dimension::Project,
    }
}

fn document<S: Spec>(spec: &S) -> Value {
    serde_json::to_value(spec).expect("a spec holds text alone")
}

/// Checked when it was saved; that it cannot be read now is no mistake of a person.
fn read<S: Spec>(part: store::Part) -> Result<Known<S>> {
    let spec = serde_json::from_value(part.document).map_err(|error| {
        qlrf_store::Error::Corrupt(format!("the {} {}: {error}", S::KIND.name(), part.id))
    })?;
    Ok(Known {
        id: part.id,
        spec,
        since: part.since,
        author: part.author,
    })
}

fn missing(kind: PartKind, name: &str) -> Error {
    let detail = format!(
        "no asset carries the {} \"{name}\", and nobody declared it",
        kind.name()
    );
    Error::new(ErrorKind::NotFound, "not_found", detail)
}

fn not_declared(kind: PartKind, name: &str) -> Error {
    let kind = kind.name();
    Error::new(
        ErrorKind::NotFound,
        "not_found",
        format!("there is no declared {kind} \"{name}\""),
    )
    .hint(format!("declare it first: `qlrf {kind} create`"))
}
