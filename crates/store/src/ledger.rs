//! The coverage ledger as people ask for it: which scopes were listed completely, how old that is, and what failed.

use qlrf_core::coverage::PERMISSION_GAPS;
use qlrf_core::freshness::Budget;
use qlrf_core::id::ConnectorId;
use qlrf_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Result, TenantTx};

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct ScopeRow {
    pub id: i64,
    pub connector_id: Uuid,
    pub connector: String,
    pub simulated: bool,
    pub account: String,
    pub region: String,
    pub kind: String,
    /// At its last complete listing.
    pub assets: i32,
    pub resources: i32,
    pub attempted_at: Timestamp,
    /// `None`: never listed completely; nothing can be concluded from absence there.
    pub completed_at: Option<Timestamp>,
    /// `complete`, `partial`, `unlisted`, `never` or `gone`.
    pub state: String,
    /// `fresh`, `stale` or `unknown`.
    pub freshness: String,
    pub code: Option<String>,
    pub detail: Option<String>,
    rank: i64,
    word: String,
}

impl ScopeRow {
    pub fn key(&self) -> Key {
        Key {
            rank: self.rank,
            word: self.word.clone(),
            id: self.id,
        }
    }
}

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    rank: i64,
    word: String,
    id: i64,
}

/// Which scopes; every field that is `None` accepts all. Those that are gone are told only when they are asked for.
#[derive(Debug, Clone, Default)]
pub struct Which {
    pub id: Option<i64>,
    pub connector: Option<ConnectorId>,
    pub state: Option<String>,
    pub freshness: Option<String>,
    pub code: Option<String>,
    /// Only those that lack a permission, or only the others.
    pub permission_gap: Option<bool>,
    /// Part of account, region, kind or connector.
    pub text: Option<String>,
}

/// The moment that ages are told at, and the budget of connectors without one of their own.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    pub at: Timestamp,
    pub budget: Budget,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub by: OrderBy,
    pub descending: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderBy {
    /// Unknown before stale before fresh, incomplete before complete.
    Worst,
    CompletedAt,
    Connector,
    Account,
    Region,
    Kind,
    Assets,
}

impl Order {
    pub const WORST: Order = Order {
        by: OrderBy::Worst,
        descending: false,
    };
}

impl OrderBy {
    /// A number and a text; the id decides between equals.
    fn columns(self) -> (&'static str, &'static str) {
        match self {
            OrderBy::Worst => (
                "(CASE freshness WHEN 'unknown' THEN 0 WHEN 'stale' THEN 10 ELSE 20 END
                 + CASE state WHEN 'never' THEN 0 WHEN 'partial' THEN 1 WHEN 'unlisted' THEN 2 ELSE 3 END)::bigint",
                "account",
            ),
            // Never is before all moments.
            OrderBy::CompletedAt => (
                "COALESCE((extract(epoch FROM completed_at) * 1000000)::bigint, 0)",
                "''",
            ),
            OrderBy::Connector => ("0::bigint", "connector"),
            OrderBy::Account => ("0::bigint", "account"),
            OrderBy::Region => ("0::bigint", "region"),
            OrderBy::Kind => ("0::bigint", "kind"),
            OrderBy::Assets => ("assets::bigint", "''"),
        }
    }
}

/// Takes the clock as $1 to $3, the scopes as $4 to $11.
const LEDGER: &str = "WITH aged AS (
        SELECT v.*, c.name AS connector, c.simulated,
               CASE WHEN COALESCE(v.completed_at, g.opened_at) + make_interval(hours => COALESCE(f.stale_hours, $2)) >= $1 THEN 'fresh'
                    WHEN COALESCE(v.completed_at, g.opened_at) + make_interval(hours => COALESCE(f.unknown_hours, $3)) >= $1 THEN 'stale'
                    ELSE 'unknown' END AS freshness
        FROM coverage v JOIN connector c ON c.org_id = v.org_id AND c.id = v.connector_id
        LEFT JOIN freshness f ON f.org_id = v.org_id AND f.connector_id = v.connector_id AND upper_inf(f.recorded)
        LEFT JOIN scope_gap g ON g.org_id = v.org_id AND g.connector_id = v.connector_id AND g.scope_id = v.id AND g.closed_at IS NULL
        WHERE $4::uuid IS NULL OR v.connector_id = $4
    ), ledger AS (
        SELECT * FROM aged
        WHERE ($11::bigint IS NULL OR id = $11) AND CASE WHEN $5::text IS NULL THEN state <> 'gone' OR id = $11 ELSE state = $5 END AND ($6::text IS NULL OR freshness = $6)
          AND ($7::text IS NULL OR code = $7)
          AND ($8::boolean IS NULL OR COALESCE(code = ANY ($9), false) = $8)
          AND ($10::text IS NULL OR strpos(lower(concat_ws(' ', connector, account, region, kind)), lower($10)) > 0)
    )";

macro_rules! bind_ledger {
    ($query:expr, $clock:expr, $which:expr) => {
        $query
            .bind($clock.at)
            .bind($clock.budget.stale_hours)
            .bind($clock.budget.unknown_hours)
            .bind($which.connector.map(ConnectorId::as_uuid))
            .bind(&$which.state)
            .bind(&$which.freshness)
            .bind(&$which.code)
            .bind($which.permission_gap)
            .bind(&PERMISSION_GAPS[..])
            .bind(&$which.text)
            .bind($which.id)
    };
}

/// A page of the ledger.
pub async fn list(
    tx: &mut TenantTx,
    clock: Clock,
    which: &Which,
    order: Order,
    after: Option<&Key>,
    limit: i64,
) -> Result<Vec<ScopeRow>> {
    let (rank, word) = order.by.columns();
    let (beyond, direction) = match order.descending {
        true => ("<", "DESC"),
        false => (">", "ASC"),
    };
    let sql = format!(
        "{LEDGER}, ranked AS (SELECT *, {rank} AS rank, {word}::text AS word FROM ledger)
         SELECT id, connector_id, connector, simulated, account, region, kind, assets, resources, attempted_at, completed_at,
                state,
                freshness, code, detail, rank, word
         FROM ranked WHERE $12::bigint IS NULL OR (rank, word, id) {beyond} ($12, $13, $14)
         ORDER BY rank {direction}, word {direction}, id {direction} LIMIT $15"
    );
    let query = bind_ledger!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), clock, which);
    Ok(query
        .bind(after.map(|key| key.rank))
        .bind(after.map(|key| key.word.clone()))
        .bind(after.map(|key| key.id))
        .bind(limit)
        .fetch_all(tx.connection())
        .await?)
}

/// Scopes by how their last listing ended, and by how old their last complete one is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Figures {
    pub scopes: i64,
    pub complete: i64,
    pub partial: i64,
    pub unlisted: i64,
    pub never: i64,
    pub fresh: i64,
    pub stale: i64,
    pub unknown: i64,
    pub complete_fresh: i64,
    pub permission_gaps: i64,
}

pub async fn figures(tx: &mut TenantTx, clock: Clock, which: &Which) -> Result<Figures> {
    let sql = format!(
        "{LEDGER} SELECT count(*) AS scopes, count(*) FILTER (WHERE state = 'complete') AS complete,
            count(*) FILTER (WHERE state = 'partial') AS partial, count(*) FILTER (WHERE state = 'unlisted') AS unlisted,
            count(*) FILTER (WHERE state = 'never') AS never, count(*) FILTER (WHERE freshness = 'fresh') AS fresh,
            count(*) FILTER (WHERE freshness = 'stale') AS stale, count(*) FILTER (WHERE freshness = 'unknown') AS unknown,
            count(*) FILTER (WHERE state = 'complete' AND freshness = 'fresh') AS complete_fresh,
            count(*) FILTER (WHERE code LIKE ANY ($9)) AS permission_gaps
         FROM ledger"
    );
    let query = bind_ledger!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), clock, which);
    Ok(query.fetch_one(tx.connection()).await?)
}

/// The same of one connector.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OfConnector {
    pub connector_id: Uuid,
    pub scopes: i64,
    pub complete: i64,
    pub complete_fresh: i64,
    pub unknown: i64,
}

pub async fn by_connector(tx: &mut TenantTx, clock: Clock, which: &Which) -> Result<Vec<OfConnector>> {
    let sql = format!(
        "{LEDGER} SELECT connector_id, count(*) AS scopes, count(*) FILTER (WHERE state = 'complete') AS complete,
            count(*) FILTER (WHERE state = 'complete' AND freshness = 'fresh') AS complete_fresh,
            count(*) FILTER (WHERE freshness = 'unknown') AS unknown
         FROM ledger GROUP BY connector_id, connector ORDER BY connector"
    );
    let query = bind_ledger!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), clock, which);
    Ok(query.fetch_all(tx.connection()).await?)
}

/// Why scopes are not complete, the most frequent reason first.
pub async fn codes(tx: &mut TenantTx, clock: Clock, which: &Which, limit: i64) -> Result<Vec<(String, i64)>> {
    let sql = format!(
        "{LEDGER} SELECT code, count(*) FROM ledger WHERE code IS NOT NULL
         GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $12"
    );
    let query = bind_ledger!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), clock, which);
    Ok(query.bind(limit).fetch_all(tx.connection()).await?)
}
