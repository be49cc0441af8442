//! Plans: made from a document and the facts of now, stored once, and read with what has changed since.

mod facts;

use std::collections::HashMap;

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::{AssetId, PlanId};
use qlrf_core::plan::target::freeze;
use qlrf_core::plan::{self, DOCUMENT_BYTES_MAX, Parent, TARGETS_MAX, Target};
use qlrf_core::time::now;
use qlrf_engines::plan::diff::{self, Difference};
use qlrf_engines::plan::stale::{self, Reason};
use qlrf_engines::plan::{Asked, Refusal, Spec, make, parse};
use qlrf_store::plan::{self as store, Filter, Listed, Stored};
use qlrf_store::policy::Asked as Decided;
use qlrf_store::{TenantTx, outbox};
use serde_json::json;
use uuid::Uuid;

pub use self::facts::environments;
use crate::app::policy::{self, Judged};
use crate::app::rejected::Rejected;
use crate::opcx::OpCx;

/// A plan with all its targets, proved to be what their digests say.
pub struct Found {
    pub stored: Stored,
    /// In the order of their ids.
    pub targets: Vec<Target>,
}

/// Makes a plan out of an ExecutionSpec and the facts of now.
pub async fn create(cx: &OpCx, document: &[u8]) -> std::result::Result<PlanId, Rejected> {
    let spec = parse(document).map_err(Rejected::Document)?;
    let selected = facts::select(cx, &spec, facts::Missing::Refused).await?;
    Ok(write(cx, spec, selected, None).await?)
}

/// Makes a plan of what another one was made of, from the facts of now. The other one stays as it is.
pub async fn replan(cx: &OpCx, id: PlanId) -> Result<PlanId> {
    let parent = get(cx, id).await?.stored;
    let spec = Spec::of(&parent.plan);
    let selected = facts::select(cx, &spec, facts::Missing::LeftOut).await?;
    let parent = Parent {
        id,
        digest: plan::digest(&parent.document),
    };
    write(cx, spec, selected, Some(parent)).await
}

async fn write(cx: &OpCx, spec: Spec, selected: facts::Selected, parent: Option<Parent>) -> Result<PlanId> {
    let mut tx = cx.tenant().await?;
    let facts_as_of = selected.fleet.as_of;
    let facts = facts::load(&mut tx, &spec, &selected).await?;
    let asked = Asked {
        author: cx.actor().to_string(),
        planned_at: now(),
        facts_as_of,
        parent,
    };
    let planned = make(spec, facts, asked).map_err(refused)?;
    let id = PlanId::generate();
    let documents = planned.target_documents.iter().map(String::as_str);
    let targets: Vec<(&Target, &str)> = planned.targets.iter().zip(documents).collect();
    store::create(&mut tx, id, planned.plan.planned_at, &planned.document, &targets).await?;
    let plan = &planned.plan;
    let event = NewEvent {
        event_type: EventType::PlanCreated,
        subject: format!("plans/{id}"),
        data: json!({
            "plan_id": id, "kind": plan.kind, "title": plan.title, "author": plan.author,
            "digest": plan::digest(&planned.document), "parent_id": plan.parent.map(|parent| parent.id),
            "targets": plan.targets.total, "simulated_targets": plan.blast.simulated, "risk": plan.risk.level,
        }),
    };
    outbox::append(&mut tx, event, Some(&cx.request_id().to_string())).await?;
    let found = load(&mut tx, id).await?;
    policy::record(cx, &mut tx, id, &found, Decided::Created).await?;
    tx.commit().await?;
    Ok(id)
}

pub async fn list(cx: &OpCx, filter: &Filter, after: Option<Uuid>, limit: u32) -> Result<(Vec<Listed>, u64)> {
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let rows = store::list(&mut tx, filter, after, limit).await?;
    let total = store::count(&mut tx, filter).await?;
    Ok((rows, total))
}

pub async fn get(cx: &OpCx, id: PlanId) -> Result<Found> {
    load(&mut cx.store().snapshot(cx.org()).await?, id).await
}

pub async fn load(tx: &mut TenantTx, id: PlanId) -> Result<Found> {
    let stored = find(tx, id).await?;
    let targets = store::list_targets(tx, id, None, None).await?;
    if freeze(targets.iter().map(|(_, document)| &document[..])) != stored.plan.targets {
        let detail = format!("the targets of the plan {id} are not those that it was made with");
        return Err(qlrf_store::Error::Corrupt(detail).into());
    }
    Ok(Found {
        stored,
        targets: targets.into_iter().map(|(target, _)| target).collect(),
    })
}

async fn find(tx: &mut TenantTx, id: PlanId) -> Result<Stored> {
    let found = store::find(tx, id).await?;
    found.ok_or_else(|| Error::new(ErrorKind::NotFound, "not_found", format!("there is no plan {id}")))
}

/// A plan as it stands now.
pub struct Standing {
    pub found: Found,
    /// The targets that are not what they were.
    pub stale: Vec<(AssetId, Reason)>,
    /// Plans that take its place.
    pub children: u64,
    /// What the rules of now say of it.
    pub judged: Judged,
}

pub async fn get_now(cx: &OpCx, id: PlanId) -> Result<Standing> {
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let found = load(&mut tx, id).await?;
    let ids: Vec<Uuid> = found
        .targets
        .iter()
        .map(|target| target.asset_id.as_uuid())
        .collect();
    let current: HashMap<_, _> = store::current_facts(&mut tx, &ids).await?.into_iter().collect();
    let frozen: Vec<_> = found
        .targets
        .iter()
        .map(|target| (target.asset_id, target.fact.hash))
        .collect();
    let children = Filter {
        parent: Some(id.as_uuid()),
        ..Filter::default()
    };
    let children = store::count(&mut tx, &children).await?;
    let case = policy::of_plan(cx, &mut tx, &found).await?;
    drop(tx);
    let judged = case.judge(cx).await?;
    Ok(Standing {
        stale: stale::compare(&frozen, &current),
        found,
        children,
        judged,
    })
}

/// Some of the targets, and how many there are.
pub async fn targets(cx: &OpCx, id: PlanId, after: Option<Uuid>, limit: u32) -> Result<(Vec<Target>, u64)> {
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let total = find(&mut tx, id).await?.plan.targets.total;
    let targets = store::list_targets(&mut tx, id, after, Some(limit)).await?;
    Ok((
        targets.into_iter().map(|(target, _)| target).collect(),
        total.into(),
    ))
}

/// What makes a plan another than `with`.
pub async fn compare(cx: &OpCx, id: PlanId, with: PlanId) -> Result<Difference> {
    let mut tx = cx.store().snapshot(cx.org()).await?;
    let (before, after) = (load(&mut tx, with).await?, load(&mut tx, id).await?);
    Ok(diff::compare(
        (&before.stored.plan, &before.targets),
        (&after.stored.plan, &after.targets),
    ))
}

fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::NoTargets => Error::new(
            ErrorKind::Invalid,
            "plan_without_targets",
            "steps of this plan act on assets, and none was chosen or is left",
        )
        .hint("`spec.targets` chooses them; `qlrf asset list QUERY` shows what a query finds"),
        Refusal::NothingToDo => Error::new(
            ErrorKind::Invalid,
            "plan_without_work",
            "assets are chosen, and no step acts on any",
        )
        .hint("leave `spec.targets` out, or say what is to be done with them"),
        Refusal::TooManyTargets(found) => Error::new(
            ErrorKind::TooLarge,
            "plan_too_large",
            format!("{found} assets are chosen, and a plan has at most {TARGETS_MAX}"),
        )
        .hint("make several plans of it"),
        Refusal::TooLong(bytes) => Error::new(
            ErrorKind::TooLarge,
            "plan_too_large",
            format!("the plan would have {bytes} bytes without its targets, and at most {DOCUMENT_BYTES_MAX} are kept"),
        )
        .hint("make several plans of it"),
        Refusal::WindowOver => Error::new(
            ErrorKind::Invalid,
            "plan_window_over",
            "the window has ended already",
        )
        .hint("choose another window and send the whole specification again"),
    }
}
