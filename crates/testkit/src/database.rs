//! One database per test, cloned from a migrated template.

use anyhow::{Context, Result};
use qlrf_core::id::OrgId;
use qlrf_store::Store;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

const PREFIX: &str = "qlrf_test_";
const TEMPLATE_PREFIX: &str = "qlrf_template_";
/// Branches with other migrations share the server; older templates go.
const TEMPLATES_KEPT: usize = 4;
/// The advisory lock under which a template is made.
const TEMPLATE_LOCK: i64 = 0x716c_7266_7470;

/// A migrated database of its own, dropped with this value.
pub struct TestDb {
    store: Store,
    name: String,
    admin: PgConnectOptions,
    options: PgConnectOptions,
    /// Its application name marks the database as used for as long as this process lives.
    _keeper: PgConnection,
}

impl TestDb {
    /// Panics when there is no server: a test cannot go on without.
    pub async fn new() -> TestDb {
        match TestDb::create(true).await {
            Ok(db) => db,
            Err(error) => panic!("no test database: {error:#}"),
        }
    }

    /// Without any schema, for tests of the migrations.
    pub async fn empty() -> TestDb {
        match TestDb::create(false).await {
            Ok(db) => db,
            Err(error) => panic!("no test database: {error:#}"),
        }
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Connects as the owner of the database.
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Connects as the administrator of the server, who sees everything: for looking behind the store's back.
    pub async fn admin(&self) -> PgConnection {
        let connection = self.admin.clone().database(&self.name).connect().await;
        connection.expect("the server answered a moment ago")
    }

    /// A new tenant.
    pub async fn org(&self, slug: &str) -> OrgId {
        let org = OrgId::generate();
        let insert = sqlx::query("INSERT INTO org (id, slug, name) VALUES ($1, $2, $2)");
        let done = insert
            .bind(org.as_uuid())
            .bind(slug)
            .execute(&mut self.admin().await)
            .await;
        done.expect("a new slug can be inserted");
        org
    }

    async fn create(migrated: bool) -> Result<TestDb> {
        let admin = crate::admin_options().await?;
        let name = format!("{PREFIX}{}", uuid::Uuid::now_v7().simple());
        // First the mark, then the database: the sweep of another process never sees the one without the other.
        let mut keeper = admin
            .clone()
            .application_name(&name)
            .connect()
            .await
            .context("connect")?;
        sweep(&mut keeper).await?;
        let owner = owner(&mut keeper).await?;
        let template = if migrated {
            ensure_template(&mut keeper, &admin, &owner).await?
        } else {
            "template1".into()
        };
        create_database(&mut keeper, &name, &owner, &template).await?;
        let options = admin.clone().username(&owner).database(&name);
        let store = if migrated {
            Store::open(options.clone()).await?
        } else {
            Store::connect(options.clone())
        };
        Ok(TestDb {
            store,
            name,
            admin,
            options,
            _keeper: keeper,
        })
    }
}

impl Drop for TestDb {
    #[allow(
        clippy::print_stderr,
        reason = "drop has no other way to say it, and a test's output is the place"
    )]
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), self.name.clone());
        // The runtime of the test may be about to end, and drop cannot await: a thread with its own.
        let dropped = std::thread::spawn(move || -> Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                let mut connection = admin.connect().await?;
                drop_database(&mut connection, &name).await?;
                connection.close().await?;
                Ok(())
            })
        });
        if let Ok(Err(error)) = dropped.join() {
            eprintln!(
                "test database `{}` stays behind for the next sweep: {error:#}",
                self.name
            );
        }
    }
}

/// The product's own role where the server has one, else whoever connected.
async fn owner(connection: &mut PgConnection) -> Result<String> {
    let owner = sqlx::query_scalar(
        "SELECT COALESCE((SELECT rolname::text FROM pg_roles WHERE rolname = 'qlrf' AND pg_has_role(oid, 'MEMBER')),
                         current_user::text)",
    );
    Ok(owner.fetch_one(connection).await?)
}

/// One process makes the template, under a lock; it gets its final name only when it is whole.
async fn ensure_template(keeper: &mut PgConnection, admin: &PgConnectOptions, owner: &str) -> Result<String> {
    let digest = qlrf_store::schema_digest().to_string();
    let name = format!("{TEMPLATE_PREFIX}{}", &digest[..16]);
    if exists(keeper, &name).await? {
        return Ok(name);
    }
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut *keeper)
        .await?;
    let made = make_template(keeper, admin, owner, &name).await;
    sqlx::query("SELECT pg_advisory_unlock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut *keeper)
        .await?;
    made.map(|()| name)
}

async fn make_template(
    keeper: &mut PgConnection,
    admin: &PgConnectOptions,
    owner: &str,
    name: &str,
) -> Result<()> {
    if exists(keeper, name).await? {
        return Ok(());
    }
    drop_old_templates(keeper).await?;
    let unfinished = format!("{TEMPLATE_PREFIX}unfinished");
    drop_database(keeper, &unfinished).await?;
    create_database(keeper, &unfinished, owner, "template1").await?;
    let store = Store::open(admin.clone().username(owner).database(&unfinished)).await?;
    store.close().await;
    for statement in [
        format!("ALTER DATABASE {unfinished} ALLOW_CONNECTIONS false"),
        format!("ALTER DATABASE {unfinished} RENAME TO {name}"),
    ] {
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut *keeper)
            .await?;
    }
    Ok(())
}

/// Databases whose test process is gone.
async fn sweep(keeper: &mut PgConnection) -> Result<()> {
    let dead = sqlx::query_scalar(
        "SELECT datname::text FROM pg_database
         WHERE starts_with(datname, $1)
           AND datname NOT IN (SELECT application_name FROM pg_stat_activity WHERE application_name IS NOT NULL)",
    );
    let dead: Vec<String> = dead.bind(PREFIX).fetch_all(&mut *keeper).await?;
    for name in dead {
        drop_database(keeper, &name).await?;
    }
    Ok(())
}

async fn drop_old_templates(keeper: &mut PgConnection) -> Result<()> {
    let old = sqlx::query_scalar(
        "SELECT datname::text FROM pg_database WHERE starts_with(datname, $1) ORDER BY oid DESC OFFSET $2",
    );
    let old: Vec<String> = old
        .bind(TEMPLATE_PREFIX)
        .bind(TEMPLATES_KEPT as i64 - 1)
        .fetch_all(&mut *keeper)
        .await?;
    for name in old {
        drop_database(keeper, &name).await?;
    }
    Ok(())
}

async fn exists(connection: &mut PgConnection, name: &str) -> Result<bool> {
    let exists = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)");
    Ok(exists.bind(name).fetch_one(connection).await?)
}

async fn create_database(
    connection: &mut PgConnection,
    name: &str,
    owner: &str,
    template: &str,
) -> Result<()> {
    let create = format!("CREATE DATABASE {name} OWNER \"{owner}\" TEMPLATE {template}");
    sqlx::query(AssertSqlSafe(create))
        .execute(connection)
        .await
        .with_context(|| format!("create `{name}`"))?;
    Ok(())
}

async fn drop_database(connection: &mut PgConnection, name: &str) -> Result<()> {
    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    sqlx::query(AssertSqlSafe(drop))
        .execute(connection)
        .await
        .with_context(|| format!("drop `{name}`"))?;
    Ok(())
}
