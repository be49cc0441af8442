//! The life cycle of a version: draft → testing → production → deprecated → retired, and revocation.

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::event::EventType;
use qlrf_core::id::ImageVersionId;
use qlrf_core::image::LifecycleStatus;
use qlrf_core::time::Timestamp;
use qlrf_store::{TenantTx, clock, image};

use super::{Details, Reference, details, mark, quoted, status_of, tell};
use crate::app::reason;
use crate::opcx::OpCx;

/// Checks that the caller knew the version that is there; called with the row held.
pub type Check<'a> = &'a (dyn Fn(&Details) -> Result<()> + Send + Sync);

/// Moves a version forward. A draft may go to production at once; nothing ever goes back.
pub async fn set_status(
    cx: &OpCx,
    reference: &Reference,
    wanted: LifecycleStatus,
    check: Check<'_>,
) -> Result<Details> {
    let mut tx = cx.tenant().await?;
    let (at, before) = hold(&mut tx, reference, check).await?;
    let from = status_of(&before.image.status)?;
    if from == wanted {
        return Ok(before);
    }
    check_step(&before, from, wanted)?;
    write(&mut tx, &before, wanted, at).await?;
    let after = details(&mut tx, reference).await?;
    for event_type in events(wanted) {
        tell(&mut tx, cx, *event_type, &after).await?;
    }
    mark(&mut tx, at).await?;
    tx.commit().await?;
    cx.app().images_changed.notify_one();
    Ok(after)
}

/// One step towards production, or straight to the status that is asked for.
pub async fn promote(
    cx: &OpCx,
    reference: &Reference,
    to: Option<LifecycleStatus>,
    check: Check<'_>,
) -> Result<Details> {
    let to = match to {
        Some(to @ (LifecycleStatus::Testing | LifecycleStatus::Production)) => to,
        Some(to) => {
            let detail = format!(
                "a version is promoted to testing or production, not to {}",
                to.name()
            );
            return Err(transition(detail).hint("change its status instead: `PATCH /api/v1/images/{image}`"));
        }
        None => LifecycleStatus::Production,
    };
    set_status(cx, reference, to, check).await
}

/// Takes a version back for good: nobody should run it any more, and assets that do are critical drift.
pub async fn revoke(cx: &OpCx, reference: &Reference, reason: &str, check: Check<'_>) -> Result<Details> {
    let reason = reason::checked(reason, "say why nobody should run this version any more")?;
    let mut tx = cx.tenant().await?;
    let (at, before) = hold(&mut tx, reference, check).await?;
    if before.image.revoked_at.is_some() {
        let name = name(&before);
        let detail = format!("{name} was revoked before");
        return Err(Error::new(ErrorKind::Conflict, "image_revoked", detail)
            .hint("its first reason stands; nothing is left to do"));
    }
    let id = ImageVersionId::from_uuid(before.image.id);
    image::revoke(&mut tx, id, before.image.row_version, reason, at).await?;
    let after = details(&mut tx, reference).await?;
    tell(&mut tx, cx, EventType::ImageDeprecated, &after).await?;
    mark(&mut tx, at).await?;
    tx.commit().await?;
    cx.app().images_changed.notify_one();
    Ok(after)
}

/// Removes a draft that no asset runs.
pub async fn delete(cx: &OpCx, reference: &Reference, check: Check<'_>) -> Result<Details> {
    let mut tx = cx.tenant().await?;
    let (at, before) = hold(&mut tx, reference, check).await?;
    let name = name(&before);
    let refuse = |why: String| {
        Error::new(
            ErrorKind::Conflict,
            "image_in_use",
            format!("{name} cannot be removed: {why}"),
        )
        .hint("retire or revoke it instead; it then stays in the history")
    };
    if before.image.status != LifecycleStatus::Draft.name() {
        return Err(refuse(format!("it is in {}", before.image.status)));
    }
    let runs = qlrf_store::drift::count_of_image(&mut tx, before.image.id).await?;
    if runs > 0 {
        return Err(refuse(format!("{runs} assets run it or ran it")));
    }
    image::delete_draft(&mut tx, ImageVersionId::from_uuid(before.image.id)).await?;
    mark(&mut tx, at).await?;
    tx.commit().await?;
    cx.app().images_changed.notify_one();
    Ok(before)
}

/// The clock first: whoever changes images of a tenant waits here for whoever was before.
async fn hold(tx: &mut TenantTx, reference: &Reference, check: Check<'_>) -> Result<(Timestamp, Details)> {
    let at = clock::tick(tx).await?;
    let before = details(tx, reference).await?;
    check(&before)?;
    Ok((at, before))
}

fn check_step(before: &Details, from: LifecycleStatus, to: LifecycleStatus) -> Result<()> {
    let name = name(before);
    if before.image.revoked_at.is_some() && to < LifecycleStatus::Deprecated {
        let detail = format!("{name} was revoked and cannot go to {}", to.name());
        return Err(Error::new(ErrorKind::Conflict, "image_revoked", detail)
            .hint("register a new version that corrects what was wrong"));
    }
    let skips = matches!(
        (from, to),
        (
            LifecycleStatus::Draft | LifecycleStatus::Testing,
            LifecycleStatus::Deprecated
        )
    );
    if to > from && !skips {
        return Ok(());
    }
    let detail = format!("{name} is in {} and cannot go to {}", from.name(), to.name());
    let hint = if skips {
        "only what was in production is deprecated; retire it, or delete the draft"
    } else {
        "a version goes draft → testing → production → deprecated → retired and never back; register a new version"
    };
    Err(transition(detail).hint(hint))
}

fn transition(detail: String) -> Error {
    Error::new(ErrorKind::Conflict, "image_transition", detail)
}

fn events(to: LifecycleStatus) -> &'static [EventType] {
    match to {
        LifecycleStatus::Draft => &[],
        LifecycleStatus::Testing => &[EventType::ImagePromoted],
        LifecycleStatus::Production => &[EventType::ImagePromoted, EventType::ImagePublished],
        LifecycleStatus::Deprecated | LifecycleStatus::Retired => &[EventType::ImageDeprecated],
    }
}

async fn write(tx: &mut TenantTx, before: &Details, to: LifecycleStatus, at: Timestamp) -> Result<()> {
    let id = ImageVersionId::from_uuid(before.image.id);
    if image::set_status(tx, id, before.image.row_version, to.name(), at).await? {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::PreconditionFailed,
        "version_changed",
        format!("{} was changed meanwhile", name(before)),
    )
    .hint("read it again and repeat the change"))
}

fn name(details: &Details) -> String {
    quoted(&format!("{}:{}", details.image.family, details.image.version))
}
