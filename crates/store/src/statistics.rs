//! What the planner of the database knows of how large its tables are.

use crate::{Result, Store};

/// Counts the tables that have doubled since they were last counted. Costs a look at their sizes when none has.
pub async fn count_grown(store: &Store) -> Result<()> {
    let mut tx = store.system("count grown tables").await?;
    sqlx::query("SELECT qlrf_count_grown()")
        .execute(tx.connection())
        .await?;
    tx.commit().await
}
