//! Members of the organisation and how they get in.

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::UserId;
use qlrf_core::perm::{Permission, Role};
use qlrf_core::time::{Timestamp, now};
use qlrf_store::member::{self, Member};
use qlrf_store::{Store, SystemTx, org, person, saved_view, session, token};

use super::bootstrap::LINK_LIFE;
use crate::opcx::{OpCx, person_name, token_name};
use crate::secret::{self, Secret};

const LOGIN_CHARS_MAX: usize = 100;

pub async fn list(cx: &OpCx, after: Option<&str>, limit: u32) -> Result<(Vec<Member>, u64)> {
    let mut tx = cx.tenant().await?;
    let rows = member::list(&mut tx, after, limit).await?;
    let total = member::count(&mut tx).await?;
    Ok((rows, total))
}

pub async fn get(cx: &OpCx, id: UserId) -> Result<Member> {
    let mut tx = cx.tenant().await?;
    member::find(&mut tx, id).await?.ok_or_else(|| missing(id))
}

/// A login that exists elsewhere is refused: whoever administers one organisation must not get a hold on people of
/// another. A person who was removed from their only organisation can be taken in again, without the old password.
pub async fn add(cx: &OpCx, login: &str, role: Role) -> Result<Member> {
    check_login(login)?;
    let mut tx = cx.store().system("add member").await?;
    let person = match person::create(&mut tx, UserId::generate(), login).await? {
        Some(person) => person,
        None => {
            let person = person::find_by_login(&mut tx, login)
                .await?
                .ok_or_else(|| taken(login))?;
            person::set_password(&mut tx, person.id, None).await?;
            person
        }
    };
    if !member::add(&mut tx, cx.org(), person.id, login, role).await? {
        return Err(taken(login));
    }
    tx.commit().await?;
    get(cx, person.id).await
}

/// Gives a member another role, or the mark of those who run the installation.
pub async fn change(cx: &OpCx, id: UserId, role: Option<Role>, installation: Option<bool>) -> Result<Member> {
    if role.is_some() && installation.is_some() {
        let detail = "a role and the mark of those who run the installation are changed one at a time";
        return Err(Error::new(ErrorKind::Invalid, "invalid_request", detail));
    }
    if let Some(installation) = installation {
        cx.require(Permission::InstallationManage)?;
        mark(cx.store(), &get(cx, id).await?, installation).await?;
    }
    match role {
        Some(role) => set_role(cx, id, role).await,
        None => get(cx, id).await,
    }
}

/// Marks a member as one of those who run the installation, or takes the mark away.
pub(super) async fn mark(store: &Store, member: &Member, installation: bool) -> Result<()> {
    let mut tx = store.system("mark member").await?;
    if !installation {
        unmark_tokens(&mut tx, member).await?;
    }
    if !member::set_installation(&mut tx, member.org, member.person, installation).await? {
        return Err(missing(member.person));
    }
    // A session or link that somebody else holds of that person must not grow with the mark.
    session::delete_for_person(&mut tx, member.person, None).await?;
    tx.commit().await?;
    Ok(())
}

/// The mark ends with who had it, also on the tokens that they made, and those made by these. Somebody keeps it.
async fn unmark_tokens(tx: &mut SystemTx, member: &Member) -> Result<()> {
    org::lock_bootstrap(tx).await?;
    if member::runs_installation_alone(tx, member.person).await? {
        return Err(Error::new(
            ErrorKind::Conflict,
            "last_installation_member",
            format!("nobody but \"{}\" runs the installation", member.login),
        )
        .hint("mark another member first: `qlrf org set-installation ID true`"));
    }
    let mut makers = vec![person_name(&member.login)];
    while !makers.is_empty() {
        let made = token::unmark_made_by(tx, member.org, &makers).await?;
        makers = made.into_iter().map(|(id, name)| token_name(id, &name)).collect();
    }
    Ok(())
}

async fn set_role(cx: &OpCx, id: UserId, role: Role) -> Result<Member> {
    let mut tx = cx.tenant().await?;
    let member = member::find(&mut tx, id).await?.ok_or_else(|| missing(id))?;
    check_may_touch(cx, &member)?;
    if role != Role::Admin {
        check_not_last(&member::lock_admins(&mut tx).await?, id)?;
    }
    member::set_role(&mut tx, id, role).await?;
    let changed = member::find(&mut tx, id).await?.ok_or_else(|| missing(id))?;
    tx.commit().await?;
    Ok(changed)
}

pub async fn remove(cx: &OpCx, id: UserId) -> Result<()> {
    let member = get(cx, id).await?;
    check_may_touch(cx, &member)?;
    let mut tx = cx.store().system("remove member").await?;
    unmark_tokens(&mut tx, &member).await?;
    check_not_last(&member::lock_admins_as_system(&mut tx, cx.org()).await?, id)?;
    saved_view::delete_unshared(&mut tx, cx.org(), &person_name(&member.login)).await?;
    member::remove(&mut tx, cx.org(), id).await?;
    tx.commit().await?;
    Ok(())
}

pub async fn create_sign_in_link(cx: &OpCx, id: UserId) -> Result<(Secret, Timestamp)> {
    let member = get(cx, id).await?;
    // Whoever has the link is that person: it must not be a way to what its maker may not do.
    check_may_touch(cx, &member)?;
    check_not_above(cx, member.role)?;
    let (secret, expires_at) = (secret::random(), now() + LINK_LIFE);
    let mut tx = cx.store().system("create sign in link").await?;
    session::create_link(&mut tx, secret.hash(), member.person, member.org, expires_at).await?;
    tx.commit().await?;
    Ok((secret, expires_at))
}

/// Who runs the installation is not removed, demoted or stood in for by somebody who does not.
fn check_may_touch(cx: &OpCx, member: &Member) -> Result<()> {
    match member.installation {
        true => cx.require(Permission::InstallationManage),
        false => Ok(()),
    }
}

/// A token that was narrowed does not widen itself through somebody's session.
fn check_not_above(cx: &OpCx, role: Role) -> Result<()> {
    let held = |permission: &&Permission| role.may(**permission) && !permission.is_of_installation();
    let above = Permission::ALL
        .iter()
        .filter(held)
        .find(|permission| !cx.may(**permission));
    let Some(above) = above else {
        return Ok(());
    };
    let detail = format!(
        "the link would be a way to \"{}\", which you may not do",
        above.name()
    );
    Err(Error::new(ErrorKind::Forbidden, "forbidden", detail)
        .hint("ask somebody who holds every permission of that member's role"))
}

fn check_not_last(admins: &[UserId], id: UserId) -> Result<()> {
    if admins != [id] {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Conflict,
        "last_admin",
        "the organisation would be left without an administrator",
    )
    .hint("make another member an administrator first"))
}

/// Narrow on purpose: logins appear in audit actors, URLs and shells.
fn check_login(login: &str) -> Result<()> {
    let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._@+-".contains(&b);
    if !login.is_empty() && login.len() <= LOGIN_CHARS_MAX && login.bytes().all(fine) {
        return Ok(());
    }
    let detail = format!("a login is 1 to {LOGIN_CHARS_MAX} of a-z, 0-9 and . _ @ + -");
    Err(Error::new(ErrorKind::Invalid, "invalid_login", detail))
}

fn taken(login: &str) -> Error {
    Error::new(
        ErrorKind::Conflict,
        "login_taken",
        format!("the login \"{login}\" is taken"),
    )
    .hint("choose another; an e-mail address is usually free")
}

fn missing(id: UserId) -> Error {
    Error::new(
        ErrorKind::NotFound,
        "not_found",
        format!("there is no member \"{id}\""),
    )
}
