//! Whether what a list holds no longer is gone. A vCenter leaves out of a list what the account may not see; asked for the
//! object itself, it says whether there is one.

use std::collections::HashSet;

use qlrf_core::coverage::{Scope, ScopeOutcome};

use super::super::{ConnectError, Sink};
use super::center::{Center, partial, readable};
use super::error::ApiError;
use super::rest::Rest;
use super::soap::{Object, Wanted};

/// Each is asked for by itself. A vCenter holds fewer machines.
const ASKED_MAX: usize = 50_000;

/// A scope that was listed to its end and lacks objects that it held before.
pub struct Doubt {
    scope: Scope,
    missing: Vec<String>,
}

/// What the sink remembers of a scope and none of `seen`; the scope stays open.
pub async fn doubt(scope: Scope, seen: &HashSet<String>, sink: &mut dyn Sink) -> Result<Doubt, ConnectError> {
    let mut missing = sink.recall_unlisted(&scope).await?;
    missing.retain(|id| !seen.contains(id));
    Ok(Doubt { scope, missing })
}

impl Doubt {
    pub fn is_none(&self) -> bool {
        self.missing.is_empty()
    }
}

impl Center<'_> {
    /// Asks for what is missing, but for what was `seen` elsewhere meanwhile, and closes the scope with what came of it.
    pub async fn settle(
        &self,
        kind: &'static str,
        mut doubt: Doubt,
        seen: &HashSet<String>,
        sink: &mut dyn Sink,
    ) -> Result<(), ConnectError> {
        doubt.missing.retain(|id| !seen.contains(id));
        let outcome = match self.all_gone(kind, &doubt.missing).await {
            Ok(()) => ScopeOutcome::Complete,
            Err(error) => partial(&error),
        };
        sink.close(&doubt.scope, outcome).await
    }

    async fn all_gone(&self, kind: &'static str, ids: &[String]) -> Result<(), ApiError> {
        bounded(ids)?;
        let wanted = || Wanted {
            kind,
            properties: &["name"],
        };
        for id in ids {
            let mut answer = self.soap.of_object(self.service, id, wanted()).await;
            if matches!(answer, Err(ApiError::Ended)) {
                self.soap.login(self.service).await?;
                answer = self.soap.of_object(self.service, id, wanted()).await;
            }
            gone(id, answer)?;
        }
        Ok(())
    }
}

/// Only "it was deleted", said of this very object, proves it.
fn gone(id: &str, answer: Result<Option<Object>, ApiError>) -> Result<(), ApiError> {
    let answer = answer.and_then(|found| found.map(readable).transpose());
    match answer {
        Err(ApiError::Gone { object, .. }) if object == id => Ok(()),
        Err(ApiError::Forbidden { privilege, .. }) => Err(ApiError::Hidden {
            object: id.to_owned(),
            privilege,
        }),
        Err(error) => Err(error),
        Ok(_) => Err(left_out(id)),
    }
}

/// Of items of content libraries. One that is no image any more is none that is missing.
pub async fn items_gone(rest: &Rest<'_>, ids: &[String]) -> Result<(), ApiError> {
    bounded(ids)?;
    for id in ids {
        match rest.find_item(id).await? {
            None => {}
            Some(item) if !item.is_image() => {}
            Some(_) => return Err(left_out(id)),
        }
    }
    Ok(())
}

fn left_out(id: &str) -> ApiError {
    ApiError::LeftOut {
        object: id.to_owned(),
    }
}

fn bounded(ids: &[String]) -> Result<(), ApiError> {
    match ids.len() > ASKED_MAX {
        true => Err(ApiError::TooMany {
            what: "objects missing from one list",
            most: ASKED_MAX,
        }),
        false => Ok(()),
    }
}
