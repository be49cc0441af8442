//! One plan before the rules, with what is known around it now.

use qlrf_core::error::Result;
use qlrf_core::part::PairRole;
use qlrf_core::policy::{Cause, Denial, Source};
use qlrf_core::time::{Timestamp, now};
use qlrf_engines::policy::{Around, Freeze, Input, Pair, decide};
use qlrf_store::policy::Version;
use qlrf_store::{TenantTx, plan as plans, site_pair};

use super::{Content, Judged, held};
use crate::api::types::part::SiteSpec;
use crate::app::part;
use crate::app::plan::{Found, environments};
use crate::opcx::OpCx;

/// All that a decision rests on. Nothing more is read for it, so no transaction waits for a seat.
pub struct Case {
    at: Timestamp,
    held: Option<(Version, Content)>,
    input: Input,
}

/// A plan, and what is known around it now.
pub async fn of_plan(cx: &OpCx, tx: &mut TenantTx, found: &Found) -> Result<Case> {
    let plan = &found.stored.plan;
    let at = now();
    let zone = plan.window.as_ref().map_or("UTC", |window| &window.time_zone[..]);
    let (local_now, _) = plans::local_times(tx, zone, (at, at)).await?;
    let local_window = match &plan.window {
        None => None,
        Some(window) => Some(plans::local_times(tx, zone, (window.starts_at, window.ends_at)).await?),
    };
    let held = held(tx).await?;
    let freezes = held.iter().flat_map(|(_, content)| &content.freezes);
    let around = Around {
        actor: cx.actor().to_string(),
        now: at,
        local_now,
        local_window,
        environments: environments(tx).await?,
        pairs: pairs(tx).await?,
        freezes: freezes
            .map(|freeze| Freeze {
                name: freeze.name.clone(),
                from: freeze.from.unix_timestamp(),
                until: freeze.until.unix_timestamp(),
                uses: freeze.uses.clone(),
            })
            .collect(),
    };
    let input = Input::of(plan, &found.targets, around);
    Ok(Case { at, held, input })
}

/// An input of somebody's own before the rules of now.
pub async fn of_input(tx: &mut TenantTx, input: Input) -> Result<Case> {
    let held = held(tx).await?;
    let at = now();
    Ok(Case { at, held, input })
}

impl Case {
    /// A bundle that was saved and does not compile any more denies: its rules cannot be asked.
    pub async fn judge(self, cx: &OpCx) -> Result<Judged> {
        let Case { at, held, input } = self;
        let version = held.as_ref().map(|(version, _)| version.version);
        let app = cx.app().clone();
        let verdict = cx.app().policies.run(move || {
            let own = held.filter(|(_, content)| !content.modules.is_empty());
            let own = own.map(|(version, content)| app.policies.get(&version.document, content.modules()));
            match own {
                None => decide(None, &input),
                Some(Ok(bundle)) => decide(Some(&bundle), &input),
                Some(Err(problem)) => {
                    let mut verdict = decide(None, &input);
                    verdict.denials.push(Denial {
                        source: Source::Organisation,
                        rule: "bundle".to_owned(),
                        cause: Cause::Failed,
                        reason: format!("the bundle cannot be used by this program: {problem}"),
                        remedy: "correct the bundle and save it again".to_owned(),
                    });
                    verdict
                }
            }
        });
        Ok(Judged {
            at,
            version,
            verdict: verdict.await?,
        })
    }
}

async fn pairs(tx: &mut TenantTx) -> Result<Vec<Pair>> {
    let sites = part::list::<SiteSpec>(tx, None).await?;
    let name = |id| {
        sites
            .iter()
            .find(|site| site.id == id)
            .map(|site| site.spec.name.clone())
    };
    let sides = site_pair::list(tx, None).await?;
    let primaries = sides.into_iter().filter(|side| side.role == PairRole::Primary);
    let pair = |side: site_pair::Side| {
        Some(Pair {
            primary: name(side.site_id)?,
            secondary: name(side.partner_id)?,
        })
    };
    Ok(primaries.filter_map(pair).collect())
}
