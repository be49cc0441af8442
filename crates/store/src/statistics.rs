//! What the planner of the database knows of how large its tables are.
//!
//! It knows a table that just grew only when somebody counted it, and autovacuum comes by once a minute. Until then a first
//! load reads whole tables again and again, because the planner still takes them for empty.

use sqlx::{AssertSqlSafe, Postgres, Transaction};

use crate::{Result, Store};

/// Counts the tables that have doubled since they were last counted. Costs a look at their sizes when none has.
pub async fn count_grown(store: &Store) -> Result<()> {
    let mut tx = as_signed_in(store).await?;
    let grown: Vec<String> = sqlx::query_scalar(
        "SELECT c.oid::regclass::text FROM pg_class c
         WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND pg_has_role(c.relowner, 'USAGE')
           AND pg_relation_size(c.oid) / current_setting('block_size')::bigint > 2 * greatest(c.relpages, 8)",
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    for table in grown {
        // Quoted by the cast; one that somebody else counts or changes is left to them. Each in a transaction of its own,
        // which keeps no table locked while the next one is counted.
        let mut tx = as_signed_in(store).await?;
        let count = format!("ANALYZE (SKIP_LOCKED) {table}");
        sqlx::query(AssertSqlSafe(count)).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// As the user who signed in: the roles of tenants own nothing, and only an owner may count. Whoever is no owner counts
/// nothing, and the database does it in its own time.
async fn as_signed_in(store: &Store) -> Result<Transaction<'static, Postgres>> {
    Ok(store.pool().begin_with("BEGIN; SET LOCAL ROLE NONE").await?)
}
