//! People who sign in. A person belongs to no tenant, so only the system role sees them.

use qlrf_core::id::UserId;
use uuid::Uuid;

use crate::{Result, SystemTx};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: UserId,
    pub login: String,
    /// PHC string; `None` when the person signs in by link only.
    pub password_hash: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    login: String,
    password_hash: Option<String>,
}

impl From<Row> for Person {
    fn from(row: Row) -> Person {
        Person {
            id: UserId::from_uuid(row.id),
            login: row.login,
            password_hash: row.password_hash,
        }
    }
}

/// `None` when the login is taken.
pub async fn create(tx: &mut SystemTx, id: UserId, login: &str) -> Result<Option<Person>> {
    let row: Option<Row> = sqlx::query_as(
        "INSERT INTO person (id, login) VALUES ($1, $2) ON CONFLICT (login) DO NOTHING
         RETURNING id, login, password_hash",
    )
    .bind(id.as_uuid())
    .bind(login)
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(Person::from))
}

pub async fn find_by_login(tx: &mut SystemTx, login: &str) -> Result<Option<Person>> {
    let row: Option<Row> = sqlx::query_as("SELECT id, login, password_hash FROM person WHERE login = $1")
        .bind(login)
        .fetch_optional(tx.connection())
        .await?;
    Ok(row.map(Person::from))
}

pub async fn find(tx: &mut SystemTx, id: UserId) -> Result<Option<Person>> {
    let row: Option<Row> = sqlx::query_as("SELECT id, login, password_hash FROM person WHERE id = $1")
        .bind(id.as_uuid())
        .fetch_optional(tx.connection())
        .await?;
    Ok(row.map(Person::from))
}

/// `None` takes the password away; the person then signs in by link only.
pub async fn set_password(tx: &mut SystemTx, id: UserId, password_hash: Option<&str>) -> Result<()> {
    sqlx::query("UPDATE person SET password_hash = $2 WHERE id = $1")
        .bind(id.as_uuid())
        .bind(password_hash)
        .execute(tx.connection())
        .await?;
    Ok(())
}
