//! What the operator does on the server's machine, beside the API: for a person who cannot sign in any more.
//!
//! Whoever reaches the database may do all of it by other means; here it is done right and leaves its trace in the
//! organisation's audit trail.

use std::future::Future;

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::OrgId;
use qlrf_core::perm::Permission;
use qlrf_core::time::now;
use qlrf_store::audit::{self, NewEntry, Phase};
use qlrf_store::member::Member;
use qlrf_store::{Store, member, person, session};
use uuid::Uuid;

use super::bootstrap;
use crate::secret::Secret;

/// As the trail writes the method of what came by no HTTP request.
const METHOD: &str = "CLI";

/// A one-time link for a person with this login. With `forget_password` the password and every session are gone, and the
/// person can set a new password without the old one.
pub async fn sign_in_link(store: &Store, login: &str, forget_password: bool) -> Result<Secret> {
    let member = find(store, login).await?;
    let what = match forget_password {
        true => format!("admin sign-in-link {login} --forget-password"),
        false => format!("admin sign-in-link {login}"),
    };
    let work = async {
        let mut tx = store.system("host sign in link").await?;
        if forget_password {
            person::set_password(&mut tx, member.person, None).await?;
            session::delete_for_person(&mut tx, member.person, None).await?;
        }
        let secret = bootstrap::add_sign_in_link(&mut tx, &member).await?;
        tx.commit().await?;
        Ok(secret)
    };
    audited(store, member.org, Permission::MemberManage, what, work).await
}

/// Marks a person as one of those who run the installation, or takes the mark away.
pub async fn set_installation(store: &Store, login: &str, installation: bool) -> Result<()> {
    let member = find(store, login).await?;
    let what = format!("admin set-installation {login} {installation}");
    let work = super::member::mark(store, &member, installation);
    audited(store, member.org, Permission::InstallationManage, what, work).await
}

async fn find(store: &Store, login: &str) -> Result<Member> {
    let missing = || {
        Error::new(
            ErrorKind::NotFound,
            "not_found",
            format!("there is no member with the login \"{login}\""),
        )
        .hint("`qlrf org members` lists those of an organisation")
    };
    let mut tx = store.system("find person").await?;
    let person = person::find_by_login(&mut tx, login).await?.ok_or_else(missing)?;
    member::find_for_person(&mut tx, person.id)
        .await?
        .ok_or_else(missing)
}

/// As the guard does for requests: a row before the work, without which there is none, and a row after it.
async fn audited<T>(
    store: &Store,
    org: OrgId,
    permission: Permission,
    what: String,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let begin = NewEntry {
        at: now(),
        request_id: Uuid::now_v7(),
        phase: Phase::Begin,
        actor: format!(
            "system:command line of the server (uid {})",
            nix::unistd::Uid::effective()
        ),
        permission: permission.name().to_owned(),
        method: METHOD.to_owned(),
        path: what,
        status: None,
    };
    write(store, org, &begin).await?;
    let outcome = work.await;
    let end = NewEntry {
        at: now(),
        phase: Phase::End,
        status: Some(if outcome.is_ok() { 200 } else { 500 }),
        ..begin
    };
    write(store, org, &end).await?;
    outcome
}

async fn write(store: &Store, org: OrgId, entry: &NewEntry) -> Result<()> {
    let mut tx = store.tenant(org).await?;
    audit::append(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}
