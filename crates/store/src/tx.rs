//! The two ways to the database: as one tenant, or as the system with a stated reason.

use std::time::Duration;

use qlrf_core::id::OrgId;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction};

use crate::Result;

/// A pool of connections to one migrated database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pool: PgPool,
}

/// A transaction as one tenant: row-level security shows it this tenant's rows and no others.
pub struct TenantTx {
    tx: Transaction<'static, Postgres>,
    org: OrgId,
}

/// A transaction across tenants, for the few operations that have no tenant yet or span all of them.
pub struct SystemTx {
    tx: Transaction<'static, Postgres>,
}

const CONNECTIONS_MAX: u32 = 16;
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

impl Store {
    /// Brings the schema up to date and connects.
    pub async fn open(options: PgConnectOptions) -> Result<Store> {
        crate::migrate::run(&options).await?;
        let store = Store::connect(options);
        store.ping().await?;
        Ok(store)
    }

    /// Connects on first use, to a database that another process keeps up to date.
    pub fn connect(options: PgConnectOptions) -> Store {
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // Whatever slips past TenantTx and SystemTx runs as a role without a tenant and sees no rows.
            .after_connect(|connection, _| {
                Box::pin(async move {
                    sqlx::query("SET ROLE qlrf_app").execute(connection).await?;
                    Ok(())
                })
            })
            .connect_lazy_with(options);
        Store { pool }
    }

    pub async fn tenant(&self, org: OrgId) -> Result<TenantTx> {
        // One round trip for BEGIN, role and tenant; a UUID prints as hexadecimal digits and dashes only.
        let begin = format!("BEGIN; SET LOCAL ROLE qlrf_app; SET LOCAL qlrf.org = '{org}'");
        let tx = self.pool.begin_with(AssertSqlSafe(begin)).await?;
        Ok(TenantTx { tx, org })
    }

    /// For reading: everything in it is as of one moment.
    pub async fn snapshot(&self, org: OrgId) -> Result<TenantTx> {
        let begin = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE qlrf_app; SET LOCAL qlrf.org = '{org}'"
        );
        let tx = self.pool.begin_with(AssertSqlSafe(begin)).await?;
        Ok(TenantTx { tx, org })
    }

    /// `reason` names the operation in the database's own view of activity.
    pub async fn system(&self, reason: &'static str) -> Result<SystemTx> {
        debug_assert!(
            reason.bytes().all(|b| b.is_ascii_lowercase() || b == b' '),
            "a reason is plain words"
        );
        let begin =
            format!("BEGIN; SET LOCAL ROLE qlrf_system; SET LOCAL application_name = 'qlrf: {reason}'");
        let tx = self.pool.begin_with(AssertSqlSafe(begin)).await?;
        Ok(SystemTx { tx })
    }

    pub async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl TenantTx {
    pub fn org(&self) -> OrgId {
        self.org
    }

    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }
}

impl SystemTx {
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }
}
