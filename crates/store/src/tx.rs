//! The two ways to the database: as one tenant, or as the system with a stated reason.

use std::time::Duration;

use qlrf_core::id::OrgId;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction};

use crate::outbox::{Bell, Wake};
use crate::{Error, Result};

/// A pool of connections to one migrated database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pool: PgPool,
    bell: Bell,
}

/// A transaction as one tenant: row-level security shows it this tenant's rows and no others.
pub struct TenantTx {
    tx: Transaction<'static, Postgres>,
    org: OrgId,
    store: Store,
    /// It added events: their readers are woken after the commit.
    tells: bool,
}

/// A transaction across tenants, for the few operations that have no tenant yet or span all of them.
pub struct SystemTx {
    tx: Transaction<'static, Postgres>,
    store: Store,
    tells: bool,
}

const CONNECTIONS_MAX: u32 = 16;
/// How long a caller waits for one of them.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// No statement of the product takes longer; one that does has a lost index or a lost client behind it.
pub const STATEMENT_TIMEOUT: Duration = Duration::from_secs(60);
/// Writers of one tenant queue behind one another; behind a large collection this may take a while.
pub const LOCK_TIMEOUT: Duration = Duration::from_secs(30);
/// A transaction whose process hangs is ended, because it holds back the events of everybody.
pub const IDLE_IN_TRANSACTION_TIMEOUT: Duration = Duration::from_secs(60);

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
            .after_connect(|connection, _| Box::pin(set_up_session(connection)))
            // In place of the pool's own ping, for the same round trip: a connection whose transaction could not be
            // opened or ended comes back clean, and one that is dead or in a failed transaction is replaced. A ROLLBACK
            // by itself would be a warning in the database's log each time.
            .test_before_acquire(false)
            .before_acquire(|connection, _| {
                Box::pin(async move {
                    let clean = sqlx::raw_sql("BEGIN; ROLLBACK").execute(connection).await;
                    clean.map(|_| true)
                })
            })
            .connect_lazy_with(options);
        Store {
            pool,
            bell: Bell::new(),
        }
    }

    pub async fn tenant(&self, org: OrgId) -> Result<TenantTx> {
        // One round trip for BEGIN, role and tenant; a UUID prints as hexadecimal digits and dashes only.
        let begin = format!("BEGIN; SET LOCAL ROLE qlrf_app; SET LOCAL qlrf.org = '{org}'");
        Ok(TenantTx {
            tx: self.begin(begin).await?,
            org,
            store: self.clone(),
            tells: false,
        })
    }

    /// For reading: everything in it is as of one moment.
    pub async fn snapshot(&self, org: OrgId) -> Result<TenantTx> {
        // Whole estates are asked about with arrays of ids. A plan that fits every array compares each row with each id
        // of it, which takes minutes, and PostgreSQL falls back on such a plan after some repeats of a statement.
        let begin = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE qlrf_app; SET LOCAL qlrf.org = '{org}';
             SET LOCAL plan_cache_mode = force_custom_plan"
        );
        Ok(TenantTx {
            tx: self.begin(begin).await?,
            org,
            store: self.clone(),
            tells: false,
        })
    }

    /// `reason` names the operation in the database's own view of activity.
    pub async fn system(&self, reason: &'static str) -> Result<SystemTx> {
        assert!(
            reason.bytes().all(|b| b.is_ascii_lowercase() || b == b' '),
            "a reason is plain words"
        );
        let begin =
            format!("BEGIN; SET LOCAL ROLE qlrf_system; SET LOCAL application_name = 'qlrf: {reason}'");
        Ok(SystemTx {
            tx: self.begin(begin).await?,
            store: self.clone(),
            tells: false,
        })
    }

    /// In a task of its own: a caller that is cancelled between BEGIN and its answer would put a connection with an
    /// open transaction back into the pool; this way the transaction arrives, finds nobody, and rolls back.
    async fn begin(&self, statement: String) -> Result<Transaction<'static, Postgres>> {
        let pool = self.pool.clone();
        let task = tokio::spawn(async move { pool.begin_with(AssertSqlSafe(statement)).await });
        let begun = task
            .await
            .map_err(|_| Error::Unavailable(sqlx::Error::PoolClosed))?;
        Ok(begun?)
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub(crate) fn bell(&self) -> &Bell {
        &self.bell
    }

    pub async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Whatever slips past TenantTx and SystemTx runs as a role without a tenant and sees no rows. The database's warnings
/// are not ours to log.
async fn set_up_session(connection: &mut PgConnection) -> sqlx::Result<()> {
    let statement = format!(
        "SET ROLE qlrf_app; SET client_min_messages = error; SET statement_timeout = {}; SET lock_timeout = {}; \
         SET idle_in_transaction_session_timeout = {}",
        STATEMENT_TIMEOUT.as_millis(),
        LOCK_TIMEOUT.as_millis(),
        IDLE_IN_TRANSACTION_TIMEOUT.as_millis(),
    );
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}

impl TenantTx {
    pub fn org(&self) -> OrgId {
        self.org
    }

    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Readers are to be woken once this is committed.
    pub(crate) fn tell(&mut self) {
        self.tells = true;
    }

    pub async fn commit(self) -> Result<()> {
        self.tx.commit().await?;
        if self.tells {
            self.store.bell.ring(&self.store.pool, Wake::Org(self.org));
        }
        Ok(())
    }
}

impl SystemTx {
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Readers are to be woken once this is committed.
    pub(crate) fn tell(&mut self) {
        self.tells = true;
    }

    pub async fn commit(self) -> Result<()> {
        self.tx.commit().await?;
        if self.tells {
            self.store.bell.ring(&self.store.pool, Wake::Everybody);
        }
        Ok(())
    }
}
