//! Keys of the installation, the same for all its processes and across restarts.

use crate::{Error, Result, SystemTx};

pub const KEY_BYTES: usize = 32;

/// The key of this name; `fresh` becomes it when there is none yet. Of several processes at once one wins, and all get its key.
pub async fn get_or_create(tx: &mut SystemTx, name: &str, fresh: [u8; KEY_BYTES]) -> Result<[u8; KEY_BYTES]> {
    sqlx::query("INSERT INTO server_key (name, key) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(name)
        .bind(fresh.as_slice())
        .execute(tx.connection())
        .await?;
    let key: Vec<u8> = sqlx::query_scalar("SELECT key FROM server_key WHERE name = $1")
        .bind(name)
        .fetch_one(tx.connection())
        .await?;
    key.try_into().map_err(|_| {
        Error::Corrupt(format!(
            "the server key \"{name}\" does not have {KEY_BYTES} bytes"
        ))
    })
}
