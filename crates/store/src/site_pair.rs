//! Sites in pairs, each the other's recovery. A pair is two rows; the database keeps them alike.

use qlrf_core::part::PairRole;
use qlrf_core::time::Timestamp;
use uuid::Uuid;

use crate::{Error, Result, TenantTx};

/// One side of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    pub site_id: Uuid,
    pub partner_id: Uuid,
    pub role: PairRole,
    pub since: Timestamp,
    pub author: String,
}

/// Both sides of every pair, now or at a moment.
pub async fn list(tx: &mut TenantTx, as_of: Option<Timestamp>) -> Result<Vec<Side>> {
    type Row = (Uuid, Uuid, String, Timestamp, String);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT site_id, partner_id, role, lower(recorded), author FROM site_pair
         WHERE CASE WHEN $1::timestamptz IS NULL THEN upper_inf(recorded) ELSE recorded @> $1 END",
    )
    .bind(as_of)
    .fetch_all(tx.connection())
    .await?;
    let side = |(site_id, partner_id, role, since, author): Row| {
        let role = PairRole::parse(&role).ok_or_else(|| Error::Corrupt(format!("the role \"{role}\"")))?;
        Ok(Side {
            site_id,
            partner_id,
            role,
            since,
            author,
        })
    };
    rows.into_iter().map(side).collect()
}

/// Makes the pair of which `side` is one side. `side.since` is the moment of [`crate::clock::tick`].
pub async fn open(tx: &mut TenantTx, side: &Side) -> Result<()> {
    sqlx::query(
        "INSERT INTO site_pair (org_id, recorded, site_id, partner_id, role, author)
         VALUES ($1, tstzrange($2, NULL), $3, $4, $5, $7), ($1, tstzrange($2, NULL), $4, $3, $6, $7)",
    )
    .bind(tx.org().as_uuid())
    .bind(side.since)
    .bind(side.site_id)
    .bind(side.partner_id)
    .bind(side.role.name())
    .bind(side.role.other().name())
    .bind(&side.author)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Ends the pair that a site is in.
pub async fn close(tx: &mut TenantTx, site: Uuid, at: Timestamp) -> Result<()> {
    sqlx::query(
        "UPDATE site_pair SET recorded = tstzrange(lower(recorded), $2)
         WHERE (site_id = $1 OR partner_id = $1) AND upper_inf(recorded)",
    )
    .bind(site)
    .bind(at)
    .execute(tx.connection())
    .await?;
    Ok(())
}
