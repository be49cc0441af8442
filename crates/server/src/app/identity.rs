//! Signing in and out: by one-time link, by password.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use qlrf_core::digest::Digest;
use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_core::id::UserId;
use qlrf_core::time::{Duration, Timestamp, now};
use qlrf_store::member::Member;
use qlrf_store::session::{self, NewSession};
use qlrf_store::{Store, member, person};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::opcx::{Actor, OpCx};
use crate::secret::{self, Secret};

/// A working day; then the person signs in again, whether active or not.
pub const SESSION_LIFE: Duration = Duration::hours(12);

/// OWASP's first recommendation for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Each takes 19 MiB and a core for some tens of milliseconds; more at once would only help a guesser.
const HASHES_CONCURRENT_MAX: usize = 2;
const PASSWORD_CHARS_MIN: usize = 12;
/// Of the newest; they live half a day.
const SESSIONS_LISTED_MAX: u32 = 100;
/// Enough for every browser that there is.
const USER_AGENT_CHARS_MAX: usize = 256;
/// Argon2 takes more; nobody types more.
const PASSWORD_BYTES_MAX: usize = 1024;

/// A session that has just begun; the secrets go into cookies and are stored as hashes.
pub struct SignedIn {
    pub member: Member,
    pub secret: Secret,
    pub csrf_token: Secret,
    pub expires_at: Timestamp,
}

/// Hashing, bounded for the whole process.
#[derive(Clone)]
pub struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords(Arc::new(Semaphore::new(HASHES_CONCURRENT_MAX)))
    }
}

/// Uses the link up and begins a session. `user_agent`: as the browser names itself.
pub async fn sign_in_by_link(store: &Store, secret: &Secret, user_agent: Option<&str>) -> Result<SignedIn> {
    let mut tx = store.system("sign in by link").await?;
    let used = session::consume_link(&mut tx, secret.hash(), now()).await?;
    let (person, org) = used.ok_or_else(link_refused)?;
    let member = member::find_for_person(&mut tx, person)
        .await?
        .filter(|member| member.org == org);
    let signed_in = begin(&mut tx, member.ok_or_else(link_refused)?, user_agent).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// The answer is the same, and takes the same work, whether the login or the password is wrong.
pub async fn sign_in_by_password(
    store: &Store,
    passwords: &Passwords,
    login: &str,
    password: Secret,
    user_agent: Option<&str>,
) -> Result<SignedIn> {
    let mut tx = store.system("sign in by password").await?;
    let person = person::find_by_login(&mut tx, login).await?;
    tx.commit().await?;
    let stored = person.as_ref().and_then(|person| person.password_hash.clone());
    let right = passwords.verify(stored, password).await?;
    let (Some(person), true) = (person, right) else {
        return Err(password_refused());
    };
    let mut tx = store.system("sign in by password").await?;
    let member = member::find_for_person(&mut tx, person.id)
        .await?
        .ok_or_else(password_refused)?;
    let signed_in = begin(&mut tx, member, user_agent).await?;
    tx.commit().await?;
    Ok(signed_in)
}

async fn begin(tx: &mut qlrf_store::SystemTx, member: Member, user_agent: Option<&str>) -> Result<SignedIn> {
    let (secret, csrf_token, expires_at) = (secret::random(), secret::random(), now() + SESSION_LIFE);
    let new = NewSession {
        secret_hash: secret.hash(),
        person: member.person,
        org: member.org,
        csrf_token: csrf_token.expose().to_owned(),
        expires_at,
        user_agent: user_agent.map(|text| text.chars().take(USER_AGENT_CHARS_MAX).collect()),
    };
    session::create(tx, &new).await?;
    Ok(SignedIn {
        member,
        secret,
        csrf_token,
        expires_at,
    })
}

pub async fn sign_out(cx: &OpCx, session: Digest) -> Result<()> {
    let mut tx = cx.store().system("sign out").await?;
    session::delete(&mut tx, session).await?;
    tx.commit().await?;
    Ok(())
}

/// The caller's own sessions, the newest first.
pub async fn list_sessions(cx: &OpCx, current: Option<Digest>) -> Result<Vec<session::Open>> {
    let id = own_id(cx)?;
    let mut tx = cx.store().system("list own sessions").await?;
    Ok(session::list_open(&mut tx, id, current, now(), SESSIONS_LISTED_MAX).await?)
}

/// Ends one of the caller's own sessions.
pub async fn end_session(cx: &OpCx, session: Uuid) -> Result<()> {
    let id = own_id(cx)?;
    let mut tx = cx.store().system("end own session").await?;
    if !session::end(&mut tx, id, session).await? {
        let detail = format!("you have no session \"{session}\"");
        return Err(Error::new(ErrorKind::NotFound, "not_found", detail));
    }
    tx.commit().await?;
    Ok(())
}

/// Sets the caller's password and ends all other sessions. Whoever has one must know it.
pub async fn set_password(
    cx: &OpCx,
    passwords: &Passwords,
    keep: Option<Digest>,
    old: Option<Secret>,
    new: Secret,
) -> Result<()> {
    let id = own_id(cx)?;
    let length = new.expose().chars().count();
    if length < PASSWORD_CHARS_MIN || new.expose().len() > PASSWORD_BYTES_MAX {
        let detail = format!(
            "a password has at least {PASSWORD_CHARS_MIN} characters and at most {PASSWORD_BYTES_MAX} bytes"
        );
        return Err(Error::new(ErrorKind::Invalid, "invalid_password", detail));
    }
    let mut tx = cx.store().system("set password").await?;
    let person = person::find(&mut tx, id).await?.ok_or_else(password_refused)?;
    tx.commit().await?;
    if person.password_hash.is_some() {
        let old = old.unwrap_or_else(|| Secret::new(""));
        if !passwords.verify(person.password_hash, old).await? {
            return Err(Error::new(
                ErrorKind::Invalid,
                "wrong_password",
                "the old password is not right",
            ));
        }
    }
    let hash = passwords.hash(new).await?;
    let mut tx = cx.store().system("set password").await?;
    person::set_password(&mut tx, id, Some(&hash)).await?;
    session::delete_for_person(&mut tx, id, keep).await?;
    tx.commit().await?;
    Ok(())
}

fn own_id(cx: &OpCx) -> Result<UserId> {
    match cx.actor() {
        Actor::Person { id, .. } => Ok(*id),
        _ => Err(Error::new(
            ErrorKind::Conflict,
            "not_a_person",
            "a token has no password and no session",
        )
        .hint("sign in as a person")),
    }
}

impl Passwords {
    async fn hash(&self, password: Secret) -> Result<String> {
        let work = move || {
            argon2()?
                .hash_password(password.expose().as_bytes())
                .map(|hash| hash.to_string())
        };
        self.run(work).await?.map_err(|error| internal(&error))
    }

    /// Without a stored hash it works as long and says no.
    async fn verify(&self, stored: Option<String>, password: Secret) -> Result<bool> {
        if password.expose().len() > PASSWORD_BYTES_MAX {
            return Ok(false);
        }
        let Some(stored) = stored else {
            self.hash(password).await?;
            return Ok(false);
        };
        self.run(move || {
            let parsed = PasswordHash::new(&stored)?;
            Ok::<bool, argon2::password_hash::phc::Error>(
                Argon2::default()
                    .verify_password(password.expose().as_bytes(), &parsed)
                    .is_ok(),
            )
        })
        .await?
        .map_err(|error| internal(&error))
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let permit = self
            .0
            .clone()
            .acquire_owned()
            .await
            .map_err(|error| internal(&error))?;
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await.map_err(|error| internal(&error))
    }
}

fn argon2() -> std::result::Result<Argon2<'static>, argon2::password_hash::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn internal(error: &dyn std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::Internal,
        "internal",
        "an internal error stopped the request",
    )
    .internal(error)
}

fn link_refused() -> Error {
    Error::new(
        ErrorKind::Unauthenticated,
        "link_refused",
        "the sign-in link was used before, has expired, or is none",
    )
    .hint("make a new one with `qlrf sign-in-link` on the server's machine, or ask an administrator")
}

fn password_refused() -> Error {
    Error::new(
        ErrorKind::Unauthenticated,
        "password_refused",
        "login and password do not match",
    )
    .hint("an administrator can make you a sign-in link")
}
