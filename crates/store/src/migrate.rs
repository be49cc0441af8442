//! Brings a database to the schema of this version, one process at a time.

use qlrf_core::digest::Digest;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};

use crate::{Error, Result};

/// Forward only, one dialect. sqlx holds a PostgreSQL advisory lock while it runs, so that two processes starting at
/// once do not race.
static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Changes with every migration: the key of a cached, migrated database.
pub fn schema_digest() -> Digest {
    let mut bytes = Vec::new();
    for migration in MIGRATIONS.iter() {
        bytes.extend_from_slice(&migration.version.to_be_bytes());
        bytes.extend_from_slice(&migration.checksum);
    }
    Digest::of(&bytes)
}

pub(crate) async fn run(options: &PgConnectOptions) -> Result<()> {
    let mut connection = options.connect().await?;
    create_roles(&mut connection, None).await?;
    // `run` is not `Send` in this version of sqlx; this is what it calls.
    MIGRATIONS
        .run_direct(None, &mut connection, false)
        .await
        .map_err(explain)?;
    connection.close().await?;
    Ok(())
}

/// Each migration is one transaction: one that failed has left nothing.
fn explain(error: MigrateError) -> Error {
    let known = MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0);
    match error {
        MigrateError::VersionMissing(found) if found > known => Error::SchemaTooNew { found, known },
        MigrateError::VersionMissing(version) | MigrateError::VersionMismatch(version) => {
            Error::Migrate(format!(
                "schema version {version} of the database is not the one this qlrf was built with; \
             a database of a development build has to be made anew"
            ))
        }
        other => Error::Migrate(format!(
            "the database schema could not be brought up to date: {other}"
        )),
    }
}

/// Roles belong to the cluster, not to the database, and have no `CREATE IF NOT EXISTS`. Without `grantee` the
/// connected user gets them.
pub(crate) async fn create_roles(connection: &mut PgConnection, grantee: Option<&'static str>) -> Result<()> {
    let grantee = grantee.map_or("current_user".to_owned(), |name| format!("'{name}'"));
    for role in ["qlrf_app", "qlrf_system"] {
        // Since version 16 a membership may exist without the right to take the role on (`SET`).
        let statement = format!(
            "DO $$ DECLARE
                 old boolean := current_setting('server_version_num')::int < 160000;
                 need text := CASE WHEN old THEN 'MEMBER' ELSE 'SET' END;
                 how text := CASE WHEN old THEN '' ELSE ' WITH INHERIT FALSE, SET TRUE' END;
             BEGIN
                 IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                     BEGIN
                         CREATE ROLE {role} NOLOGIN NOINHERIT;
                     EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                     END;
                 END IF;
                 IF NOT pg_has_role({grantee}, '{role}', need) THEN
                     EXECUTE format('GRANT {role} TO %I', {grantee}) || how;
                 END IF;
             END $$"
        );
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .execute(&mut *connection)
            .await
            .map_err(|error| {
                Error::Migrate(format!(
                    "the database user may not create the role {role}: {error}; give it CREATEROLE, \
                 or create qlrf_app and qlrf_system beforehand and grant it both"
                ))
            })?;
    }
    Ok(())
}
