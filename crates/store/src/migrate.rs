//! Brings a database to the schema of this version, one process at a time.

use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};

use crate::{Error, Result};

/// Forward only, one dialect. sqlx holds a PostgreSQL advisory lock while it runs, so that two processes starting at
/// once do not race.
static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

pub(crate) async fn run(options: &PgConnectOptions) -> Result<()> {
    let mut connection = options.connect().await?;
    create_roles(&mut connection).await?;
    MIGRATIONS.run(&mut connection).await.map_err(|error| {
        Error::Migrate(format!(
            "the database schema could not be brought up to date: {error}"
        ))
    })?;
    connection.close().await?;
    Ok(())
}

/// Roles belong to the cluster, not to the database, and have no `CREATE IF NOT EXISTS`.
async fn create_roles(connection: &mut PgConnection) -> Result<()> {
    for role in ["qlrf_app", "qlrf_system"] {
        let statement = format!(
            "DO $$ BEGIN
                 IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                     CREATE ROLE {role} NOLOGIN NOINHERIT;
                 END IF;
                 IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN
                     EXECUTE format('GRANT {role} TO %I', current_user);
                 END IF;
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
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
