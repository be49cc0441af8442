//! The bundle of an organisation: saved once it was compiled and its tests were passed, and used from the next decision on.

use std::collections::BTreeMap;
use std::sync::Arc;

use qlrf_core::contract::canonical;
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::time::Timestamp;
use qlrf_engines::policy::{Bundle, EnvironmentUse, Module, Problem};
use qlrf_store::policy::{self as store, Version};
use qlrf_store::{TenantTx, clock, outbox};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::compile;
use crate::opcx::OpCx;

const FREEZES_MAX: usize = 100;
const NAME_CHARS_MAX: usize = 100;

/// What an organisation adds: its rules and tests by path, and when it changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    pub modules: BTreeMap<String, String>,
    pub freezes: Vec<Freeze>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    pub name: String,
    #[serde(with = "time::serde::rfc3339")]
    pub from: Timestamp,
    #[serde(with = "time::serde::rfc3339")]
    pub until: Timestamp,
    pub uses: Vec<EnvironmentUse>,
}

impl Content {
    pub fn modules(&self) -> Vec<Module> {
        let module = |(path, text): (&String, &String)| Module {
            path: path.clone(),
            text: text.clone(),
        };
        self.modules.iter().map(module).collect()
    }
}

/// Why a bundle was not saved.
#[derive(Debug)]
pub enum Rejected {
    Problems(Vec<Problem>),
    Error(Error),
}

impl<E: Into<Error>> From<E> for Rejected {
    fn from(error: E) -> Rejected {
        Rejected::Error(error.into())
    }
}

/// The bundle that holds; `None` before the first.
pub async fn held(tx: &mut TenantTx) -> Result<Option<(Version, Content)>> {
    let found = store::find(tx, None).await?;
    found
        .map(|version| Ok((version.clone(), read(&version)?)))
        .transpose()
}

/// What an organisation holds, and its rules as they are asked: none without modules, and why not if they cannot be.
pub struct Rules {
    pub held: Option<(Version, Content)>,
    pub own: Option<std::result::Result<Arc<Bundle>, Problem>>,
}

pub async fn rules(cx: &OpCx) -> Result<Rules> {
    let held = held(&mut cx.store().snapshot(cx.org()).await?).await?;
    let own = match held.clone().filter(|(_, content)| !content.modules.is_empty()) {
        None => None,
        Some((version, content)) => {
            let app = cx.app().clone();
            let compiled = move || app.policies.get(&version.document, content.modules());
            Some(cx.app().policies.run(compiled).await?)
        }
    };
    Ok(Rules { held, own })
}

pub async fn get(cx: &OpCx, version: i32) -> Result<(Version, Content)> {
    let found = store::find(&mut cx.tenant().await?, Some(version)).await?;
    let found = found.ok_or_else(|| {
        let detail = format!("there is no version {version} of the policy bundle");
        Error::new(ErrorKind::NotFound, "not_found", detail)
    })?;
    Ok((found.clone(), read(&found)?))
}

/// Every version until a moment, the newest first.
pub async fn history(
    cx: &OpCx,
    until: Option<Timestamp>,
    after: Option<i32>,
    limit: u32,
) -> Result<(Vec<(Version, Content)>, u64)> {
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let rows = store::list(&mut tx, until, after, limit).await?;
    let total = store::count(&mut tx, until).await?;
    let rows: Result<_> = rows
        .into_iter()
        .map(|version| Ok((version.clone(), read(&version)?)))
        .collect();
    Ok((rows?, total))
}

/// Saves a bundle as the next version; the same again writes nothing. Without modules the shipped rules remain. `check` is
/// asked about the one that holds, with nobody else saving.
pub async fn save(
    cx: &OpCx,
    content: Content,
    check: impl FnOnce(Option<(Version, Content)>) -> Result<()>,
) -> std::result::Result<(), Rejected> {
    check_freezes(&content.freezes)?;
    let modules = content.modules();
    let digest = match modules.is_empty() {
        true => None,
        false => {
            let compiled = cx
                .app()
                .policies
                .run(move || compile(modules).map(|bundle| bundle.digest))
                .await?;
            Some(compiled.map_err(Rejected::Problems)?)
        }
    };
    let document = serde_json::to_value(&content).expect("a bundle holds text, lists and moments");
    let document = canonical::to_string(&document);
    let mut tx = cx.tenant().await?;
    let at = clock::tick(&mut tx).await?;
    let before = held(&mut tx).await?;
    let same = before
        .as_ref()
        .is_some_and(|(version, _)| version.document == document);
    check(before)?;
    if same {
        return Ok(());
    }
    let author = cx.actor().to_string();
    let version = store::save(&mut tx, at, &author, &document).await?;
    let event = NewEvent {
        event_type: EventType::PolicyChanged,
        subject: format!("policies/bundles/{version}"),
        data: json!({
            "version": version, "digest": digest, "author": author,
            "modules": content.modules.len(), "freezes": content.freezes.len(),
        }),
    };
    outbox::append(&mut tx, event, Some(&cx.request_id().to_string())).await?;
    tx.commit().await?;
    Ok(())
}

fn read(version: &Version) -> Result<Content> {
    serde_json::from_str(&version.document).map_err(|error| {
        let detail = format!("version {} of the policy bundle: {error}", version.version);
        qlrf_store::Error::Corrupt(detail).into()
    })
}

fn check_freezes(freezes: &[Freeze]) -> Result<()> {
    let wrong = |at: usize, field: &str, detail: &str| {
        let error = Error::new(
            ErrorKind::Invalid,
            "invalid_policy_bundle",
            format!("a freeze is not right: {detail}"),
        );
        Err(error.at(format!("freezes.{at}.{field}"), detail))
    };
    if freezes.len() > FREEZES_MAX {
        return wrong(FREEZES_MAX, "name", &format!("there are at most {FREEZES_MAX}"));
    }
    for (at, freeze) in freezes.iter().enumerate() {
        let length = freeze.name.chars().count();
        if length == 0 || length > NAME_CHARS_MAX || freeze.name.chars().any(char::is_control) {
            return wrong(
                at,
                "name",
                &format!("a name has 1 to {NAME_CHARS_MAX} printable characters"),
            );
        }
        if freeze.until <= freeze.from {
            return wrong(at, "until", "it ends before it begins");
        }
        if freeze.uses.is_empty() {
            return wrong(at, "uses", "it freezes nothing");
        }
    }
    Ok(())
}
