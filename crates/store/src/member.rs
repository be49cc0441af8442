//! Members: which person holds which role in an organisation.

use qlrf_core::id::{OrgId, UserId};
use qlrf_core::perm::Role;
use qlrf_core::time::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Error, Result, SystemTx, TenantTx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub org: OrgId,
    pub person: UserId,
    pub login: String,
    pub role: Role,
    /// One of those who run the installation, for all its organisations.
    pub installation: bool,
    pub added_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    org_id: Uuid,
    person_id: Uuid,
    login: String,
    role: String,
    installation: bool,
    added_at: Timestamp,
}

impl TryFrom<Row> for Member {
    type Error = Error;
    fn try_from(row: Row) -> Result<Member> {
        Ok(Member {
            org: OrgId::from_uuid(row.org_id),
            person: UserId::from_uuid(row.person_id),
            role: parse_role(&row.role)?,
            login: row.login,
            installation: row.installation,
            added_at: row.added_at,
        })
    }
}

pub(crate) fn parse_role(name: &str) -> Result<Role> {
    Role::parse(name).ok_or_else(|| Error::Corrupt(format!("\"{name}\" is not a role")))
}

/// False when the person already belongs to an organisation.
pub async fn add(tx: &mut SystemTx, org: OrgId, person: UserId, login: &str, role: Role) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO member (org_id, person_id, login, role) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person_id) DO NOTHING",
    )
    .bind(org.as_uuid())
    .bind(person.as_uuid())
    .bind(login)
    .bind(role.name())
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The membership a person signs in with.
pub async fn find_for_person(tx: &mut SystemTx, person: UserId) -> Result<Option<Member>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT org_id, person_id, login, role, installation, added_at FROM member WHERE person_id = $1",
    )
    .bind(person.as_uuid())
    .fetch_optional(tx.connection())
    .await?;
    row.map(Member::try_from).transpose()
}

/// The oldest administrator of an organisation; `None` only in an organisation that is being set up.
pub async fn find_first_admin(tx: &mut SystemTx, org: OrgId) -> Result<Option<Member>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT org_id, person_id, login, role, installation, added_at FROM member
         WHERE org_id = $1 AND role = 'admin' ORDER BY added_at, person_id LIMIT 1",
    )
    .bind(org.as_uuid())
    .fetch_optional(tx.connection())
    .await?;
    row.map(Member::try_from).transpose()
}

/// By login, after `after`.
pub async fn list(tx: &mut TenantTx, after: Option<&str>, limit: u32) -> Result<Vec<Member>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT org_id, person_id, login, role, installation, added_at FROM member
         WHERE org_id = $1 AND ($2::text IS NULL OR login > $2) ORDER BY login LIMIT $3",
    )
    .bind(tx.org().as_uuid())
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(Member::try_from).collect()
}

pub async fn count(tx: &mut TenantTx) -> Result<u64> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM member WHERE org_id = $1")
        .bind(tx.org().as_uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(count.unsigned_abs())
}

pub async fn find(tx: &mut TenantTx, person: UserId) -> Result<Option<Member>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT org_id, person_id, login, role, installation, added_at FROM member WHERE org_id = $1 AND person_id = $2",
    )
    .bind(tx.org().as_uuid())
    .bind(person.as_uuid())
    .fetch_optional(tx.connection())
    .await?;
    row.map(Member::try_from).transpose()
}

/// Locks the administrators of the organisation, so that two requests cannot remove the last two at once.
pub async fn lock_admins(tx: &mut TenantTx) -> Result<Vec<UserId>> {
    let org = tx.org();
    admins_locked(tx.connection(), org).await
}

/// The same for what concerns the whole installation.
pub async fn lock_admins_as_system(tx: &mut SystemTx, org: OrgId) -> Result<Vec<UserId>> {
    admins_locked(tx.connection(), org).await
}

async fn admins_locked(connection: &mut PgConnection, org: OrgId) -> Result<Vec<UserId>> {
    let rows: Vec<Uuid> = sqlx::query_scalar(
        "SELECT person_id FROM member WHERE org_id = $1 AND role = 'admin' ORDER BY person_id FOR UPDATE",
    )
    .bind(org.as_uuid())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(UserId::from_uuid).collect())
}

pub async fn set_role(tx: &mut TenantTx, person: UserId, role: Role) -> Result<()> {
    sqlx::query("UPDATE member SET role = $3 WHERE org_id = $1 AND person_id = $2")
        .bind(tx.org().as_uuid())
        .bind(person.as_uuid())
        .bind(role.name())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Marks a member as one of those who run the installation, or takes the mark away. `false`: no such member.
pub async fn set_installation(
    tx: &mut SystemTx,
    org: OrgId,
    person: UserId,
    installation: bool,
) -> Result<bool> {
    let done = sqlx::query("UPDATE member SET installation = $3 WHERE org_id = $1 AND person_id = $2")
        .bind(org.as_uuid())
        .bind(person.as_uuid())
        .bind(installation)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether anybody runs the installation.
pub async fn is_installation_run(tx: &mut SystemTx) -> Result<bool> {
    Ok(
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM member WHERE installation)")
            .fetch_one(tx.connection())
            .await?,
    )
}

/// Whether this person runs the installation, and nobody beside. It stays true while [`crate::org::lock_bootstrap`] is held.
pub async fn runs_installation_alone(tx: &mut SystemTx, person: UserId) -> Result<bool> {
    let running: Vec<Uuid> = sqlx::query_scalar("SELECT person_id FROM member WHERE installation LIMIT 2")
        .fetch_all(tx.connection())
        .await?;
    Ok(running == [person.as_uuid()])
}

/// The person's sessions stop working at once: a session without its membership signs nobody in.
pub async fn remove(tx: &mut SystemTx, org: OrgId, person: UserId) -> Result<()> {
    sqlx::query("DELETE FROM member WHERE org_id = $1 AND person_id = $2")
        .bind(org.as_uuid())
        .bind(person.as_uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}
