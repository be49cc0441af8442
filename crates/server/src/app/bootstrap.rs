//! The first start: one organisation, one administrator. Every start: a token for the CLI on this machine.

use anyhow::Context as _;
use qlrf_connectors::inventory;
use qlrf_core::id::{ConnectorId, OrgId, TokenId, UserId};
use qlrf_core::perm::Role;
use qlrf_core::time::{Duration, now};
use qlrf_store::connector::NewConnector;
use qlrf_store::member::Member;
use qlrf_store::token::NewToken;
use qlrf_store::{Store, SystemTx, connector, member, org, person, server_key, session, token};

use super::token::PREFIX;
use crate::secret::{self, Secret};

const ORG_SLUG: &str = "default";
const ORG_NAME: &str = "Default organisation";
const LOCAL_CONNECTOR_NAME: &str = "this-host";
/// Packages of one host change rarely, and asking its package manager takes seconds of processor time.
const LOCAL_INTERVAL_S: i32 = 900;
const ADMIN_LOGIN: &str = "admin";
/// Long enough to find the browser, short enough that a link in a terminal's history is worth nothing.
pub const LINK_LIFE: Duration = Duration::minutes(15);
const CLI_TOKEN_NAME: &str = "local CLI";
const CLI_TOKEN_LIFE: Duration = Duration::days(366);

pub struct Bootstrap {
    pub org: OrgId,
    pub admin: Member,
    /// This start created the organisation.
    pub first: bool,
}

/// Safe to call from several processes at once and on every start.
pub async fn ensure(store: &Store) -> anyhow::Result<Bootstrap> {
    let mut tx = store.system("bootstrap").await?;
    org::lock_bootstrap(&mut tx).await?;
    let existing = org::list_all(&mut tx).await?.into_iter().next();
    let first = existing.is_none();
    let org = match existing {
        Some(org) => org.id,
        None => create_first(&mut tx).await?,
    };
    let admin = member::find_first_admin(&mut tx, org)
        .await?
        .context("the organisation has no administrator")?;
    // Nobody ever ran this installation: the last one who does neither leaves nor loses the mark.
    if !member::is_installation_run(&mut tx).await? {
        member::set_installation(&mut tx, org, admin.person, true).await?;
    }
    tx.commit().await?;
    Ok(Bootstrap { org, admin, first })
}

async fn create_first(tx: &mut SystemTx) -> anyhow::Result<OrgId> {
    let org = org::create(tx, OrgId::generate(), ORG_SLUG, ORG_NAME).await?;
    let admin = person::create(tx, UserId::generate(), ADMIN_LOGIN)
        .await?
        .context("there is a person \"admin\" but no organisation")?;
    member::add(tx, org.id, admin.id, &admin.login, Role::Admin).await?;
    connect_this_host(tx, org.id).await?;
    Ok(org.id)
}

/// So that the first thing a new user sees is real: the host that the fabric runs on.
async fn connect_this_host(tx: &mut SystemTx, org: OrgId) -> anyhow::Result<()> {
    let kind = &inventory::local::KIND;
    let new = NewConnector {
        id: ConnectorId::generate(),
        name: LOCAL_CONNECTOR_NAME,
        kind: kind.name,
        config: &serde_json::json!({}),
        simulated: kind.simulated,
        interval_s: Some(LOCAL_INTERVAL_S),
        next_sync_at: Some(now()),
    };
    connector::create_first(tx, org, &new).await?;
    Ok(())
}

/// A new one-time secret for a member; the caller shows it and forgets it.
pub async fn create_sign_in_link(store: &Store, member: &Member) -> qlrf_store::Result<Secret> {
    let mut tx = store.system("create sign in link").await?;
    let secret = add_sign_in_link(&mut tx, member).await?;
    tx.commit().await?;
    Ok(secret)
}

pub async fn add_sign_in_link(tx: &mut SystemTx, member: &Member) -> qlrf_store::Result<Secret> {
    let (secret, expires_at) = (secret::random(), now() + LINK_LIFE);
    session::create_link(tx, secret.hash(), member.person, member.org, expires_at).await?;
    Ok(secret)
}

/// Makes the token of the CLI on this machine. `before` is the one that the start before left in this data folder, and stops
/// working; those of other servers on the same database live on.
pub async fn replace_cli_token(
    store: &Store,
    org: OrgId,
    before: Option<&Secret>,
) -> qlrf_store::Result<Secret> {
    let secret = Secret::new(format!("{PREFIX}{}", secret::random().expose()));
    let at = now();
    let new = NewToken {
        id: TokenId::generate(),
        name: CLI_TOKEN_NAME.to_owned(),
        secret_hash: secret.hash(),
        role: Role::Admin,
        scopes: None,
        // Whoever reads this file can read the whole data folder.
        installation: true,
        created_by: "system:start".to_owned(),
        created_at: at,
        expires_at: at + CLI_TOKEN_LIFE,
    };
    let mut tx = store.tenant(org).await?;
    if let Some(before) = before {
        token::revoke_secret(&mut tx, before.hash(), at).await?;
    }
    token::create(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(secret)
}

/// The key that authenticates page cursors.
pub async fn cursor_key(store: &Store) -> qlrf_store::Result<Secret> {
    let mut tx = store.system("load server key").await?;
    let key = server_key::get_or_create(&mut tx, "cursor", rand::random()).await?;
    tx.commit().await?;
    Ok(Secret::new(hex::encode(key)))
}
