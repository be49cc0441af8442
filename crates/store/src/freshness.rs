//! How old what is known is, as of any moment: the budgets that were set, and when which scope was last listed completely.

use std::collections::HashMap;

use qlrf_core::freshness::{Budget, Freshness};
use qlrf_core::id::ConnectorId;
use qlrf_core::time::Timestamp;
use uuid::Uuid;

use crate::{Result, TenantTx};

/// What an organisation set, for itself and for some connectors.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Budgets {
    own: Option<Set>,
    of_connectors: HashMap<Uuid, Set>,
}

/// A budget and since when it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Set {
    pub budget: Budget,
    pub since: Timestamp,
}

impl Budgets {
    /// `None`: the product's own holds.
    pub fn own(&self) -> Option<Set> {
        self.own
    }

    /// The budget of all that have none of their own.
    pub fn general(&self) -> Budget {
        self.own.map(|set| set.budget).unwrap_or_default()
    }

    pub fn of_connector(&self, connector: Uuid) -> Option<Set> {
        self.of_connectors.get(&connector).copied()
    }

    pub fn of(&self, connector: Uuid) -> Budget {
        self.of_connector(connector)
            .map_or_else(|| self.general(), |set| set.budget)
    }

    pub fn connectors(&self) -> impl Iterator<Item = Uuid> {
        self.of_connectors.keys().copied()
    }
}

/// Those that held at a moment; those of now when `None`.
pub async fn list(tx: &mut TenantTx, as_of: Option<Timestamp>) -> Result<Budgets> {
    let rows: Vec<(Uuid, i32, i32, Timestamp)> = sqlx::query_as(
        "SELECT connector_id, stale_hours, unknown_hours, lower(recorded) FROM freshness
         WHERE CASE WHEN $1::timestamptz IS NULL THEN upper_inf(recorded) ELSE recorded @> $1 END",
    )
    .bind(as_of)
    .fetch_all(tx.connection())
    .await?;
    let mut budgets = Budgets::default();
    for (connector, stale_hours, unknown_hours, since) in rows {
        let budget = Budget {
            stale_hours,
            unknown_hours,
        };
        let set = Set { budget, since };
        match connector.is_nil() {
            true => budgets.own = Some(set),
            false => drop(budgets.of_connectors.insert(connector, set)),
        }
    }
    Ok(budgets)
}

/// Sets the budget of a connector, or of the organisation when `None`; without one, what was set before ends. `at` is of
/// the tenant's clock, so that every view of the fleet hears of it.
pub async fn replace(
    tx: &mut TenantTx,
    connector: Option<ConnectorId>,
    budget: Option<Budget>,
    at: Timestamp,
) -> Result<()> {
    let connector = connector.map_or(Uuid::nil(), ConnectorId::as_uuid);
    sqlx::query(
        "UPDATE freshness SET recorded = tstzrange(lower(recorded), $2)
         WHERE connector_id = $1 AND upper_inf(recorded)",
    )
    .bind(connector)
    .bind(at)
    .execute(tx.connection())
    .await?;
    let Some(budget) = budget else { return Ok(()) };
    sqlx::query(
        "INSERT INTO freshness (org_id, connector_id, recorded, stale_hours, unknown_hours)
         VALUES ($1, $2, tstzrange($3, NULL), $4, $5)",
    )
    .bind(tx.org().as_uuid())
    .bind(connector)
    .bind(at)
    .bind(budget.stale_hours)
    .bind(budget.unknown_hours)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Where an asset is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    pub connector: Uuid,
    pub scope: i64,
}

/// Of a scope that its connector's collections do not confirm: since when, and what is known of it instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Gap {
    opened_at: Timestamp,
    completed_at: Option<Timestamp>,
    complete: bool,
}

/// When which scope was last listed completely, as of one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listings {
    pub budgets: Budgets,
    /// When each connector's collections last ended.
    collected: HashMap<Uuid, Timestamp>,
    /// Scopes that were not complete then, with the last time at which they were.
    gaps: HashMap<i64, Gap>,
}

impl Listings {
    pub fn completed_at(&self, source: Source) -> Option<Timestamp> {
        match self.gaps.get(&source.scope) {
            Some(gap) => gap.completed_at,
            None => self.collected.get(&source.connector).copied(),
        }
    }

    /// What its age is counted from. One that never was complete grows old from the first look at it: what was read of it
    /// then was read then.
    fn age_from(&self, source: Source) -> Option<Timestamp> {
        match self.gaps.get(&source.scope) {
            Some(gap) => Some(gap.completed_at.unwrap_or(gap.opened_at)),
            None => self.collected.get(&source.connector).copied(),
        }
    }

    /// Whether the last collection listed it completely.
    pub fn is_complete(&self, source: Source) -> bool {
        match self.gaps.get(&source.scope) {
            Some(gap) => gap.complete,
            None => self.collected.contains_key(&source.connector),
        }
    }

    pub fn freshness(&self, source: Source, at: Timestamp) -> Freshness {
        let budget = self.budgets.of(source.connector);
        budget.judge(self.age_from(source), at)
    }

    /// The moments after which it turns stale, and unknown.
    pub fn turns(&self, source: Source) -> Option<[Timestamp; 2]> {
        let budget = self.budgets.of(source.connector);
        Some(budget.ends(self.age_from(source)?))
    }
}

/// As of a moment; as of now when `None`.
pub async fn load(tx: &mut TenantTx, as_of: Option<Timestamp>) -> Result<Listings> {
    let budgets = list(tx, as_of).await?;
    let collected: Vec<(Uuid, Timestamp)> = sqlx::query_as(
        "SELECT DISTINCT ON (connector_id) connector_id, least(last_at, $1) FROM listing_run
         WHERE $1::timestamptz IS NULL OR first_at <= $1 ORDER BY connector_id, first_at DESC",
    )
    .bind(as_of)
    .fetch_all(tx.connection())
    .await?;
    let gaps: Vec<(i64, Timestamp, Option<Timestamp>, bool)> = sqlx::query_as(
        "SELECT scope_id, opened_at, completed_at, complete FROM scope_gap
         WHERE CASE WHEN $1::timestamptz IS NULL THEN closed_at IS NULL
                    ELSE opened_at <= $1 AND (closed_at IS NULL OR closed_at > $1) END",
    )
    .bind(as_of)
    .fetch_all(tx.connection())
    .await?;
    let gap = |(scope, opened_at, completed_at, complete)| {
        let gap = Gap {
            opened_at,
            completed_at,
            complete,
        };
        (scope, gap)
    };
    Ok(Listings {
        budgets,
        collected: collected.into_iter().collect(),
        gaps: gaps.into_iter().map(gap).collect(),
    })
}

/// By connector and by scope (the other one is `None`): at which of some moments all that it lists was unknown by age.
type Unknown = (Option<Uuid>, Option<i64>, Vec<i32>);

/// Assets that were unknown by age at some of these moments, each with the places of those moments in the list.
pub async fn list_unknown(tx: &mut TenantTx, moments: &[Timestamp]) -> Result<HashMap<Uuid, Vec<i32>>> {
    let unknown: Vec<Unknown> = sqlx::query_as(
        "WITH moment AS (SELECT * FROM unnest($1::timestamptz[]) WITH ORDINALITY AS m (at, n)),
         listed AS (
             SELECT DISTINCT ON (m.n, r.connector_id) m.n, m.at, r.connector_id, NULL::bigint AS scope_id,
                    least(r.last_at, m.at) AS completed_at
             FROM moment m JOIN listing_run r ON r.first_at <= m.at ORDER BY m.n, r.connector_id, r.first_at DESC
         ), all_listed AS (
             SELECT * FROM listed
             UNION ALL
             SELECT m.n, m.at, g.connector_id, g.scope_id, COALESCE(g.completed_at, g.opened_at)
             FROM moment m JOIN scope_gap g ON g.opened_at <= m.at AND (g.closed_at IS NULL OR g.closed_at > m.at)
         )
         SELECT CASE WHEN l.scope_id IS NULL THEN l.connector_id END, l.scope_id, array_agg((l.n - 1)::int)
         FROM all_listed l
         LEFT JOIN freshness o ON o.connector_id = l.connector_id AND o.recorded @> l.at
         LEFT JOIN freshness d ON d.connector_id = $3 AND d.recorded @> l.at
         WHERE l.completed_at + make_interval(hours => COALESCE(o.unknown_hours, d.unknown_hours, $2)) < l.at
         GROUP BY 1, 2",
    )
    .bind(moments)
    .bind(Budget::default().unknown_hours)
    .bind(Uuid::nil())
    .fetch_all(tx.connection())
    .await?;
    if unknown.is_empty() {
        return Ok(HashMap::new());
    }
    let connectors: Vec<Uuid> = unknown.iter().filter_map(|(connector, ..)| *connector).collect();
    let scopes: Vec<i64> = unknown.iter().filter_map(|(_, scope, _)| *scope).collect();
    let assets: Vec<(Uuid, Uuid, i64)> = sqlx::query_as(
        // A machine is as old as what its leading source says, as in the view of the fleet.
        "WITH source AS (
             SELECT org_id, id, connector_id, scope_id FROM asset WHERE connector_id = ANY ($1)
             UNION SELECT org_id, id, connector_id, scope_id FROM asset WHERE scope_id = ANY ($2)
         )
         SELECT COALESCE(l.machine_id, s.id), s.connector_id, s.scope_id FROM source s
         LEFT JOIN sighting l ON l.org_id = s.org_id AND l.asset_id = s.id AND l.leads AND l.closed_at IS NULL
         WHERE l.machine_id IS NOT NULL OR NOT EXISTS (SELECT FROM sighting m
             WHERE m.org_id = s.org_id AND m.machine_id = s.id AND m.leads AND m.closed_at IS NULL)",
    )
    .bind(connectors)
    .bind(scopes)
    .fetch_all(tx.connection())
    .await?;
    let mut of_connector: HashMap<Uuid, Vec<i32>> = HashMap::new();
    let mut of_scope: HashMap<i64, Vec<i32>> = HashMap::new();
    for (connector, scope, places) in unknown {
        match (connector, scope) {
            (_, Some(scope)) => drop(of_scope.insert(scope, places)),
            (Some(connector), None) => drop(of_connector.insert(connector, places)),
            (None, None) => {}
        }
    }
    let of_asset = |(id, connector, scope): (Uuid, Uuid, i64)| {
        let both = [of_connector.get(&connector), of_scope.get(&scope)];
        let mut places: Vec<i32> = both.into_iter().flatten().flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        (id, places)
    };
    Ok(assets.into_iter().map(of_asset).collect())
}

/// Writes down that the collections of a connector ended once more, and which of its scopes were complete by then and
/// which were not. Whatever is right already costs nothing.
pub async fn record(tx: &mut TenantTx, connector: ConnectorId, at: Timestamp) -> Result<()> {
    sqlx::query(
        "WITH newest AS (
             SELECT max(first_at) AS first_at FROM listing_run WHERE connector_id = $2
         ), longer AS (
             UPDATE listing_run r SET last_at = $3 FROM newest n
             WHERE r.connector_id = $2 AND r.first_at = n.first_at AND r.last_at >= $3 - interval '1 hour' RETURNING 1
         )
         INSERT INTO listing_run (org_id, connector_id, first_at, last_at)
         SELECT $1, $2, $3, $3 WHERE NOT EXISTS (SELECT FROM longer)",
    )
    .bind(tx.org().as_uuid())
    .bind(connector.as_uuid())
    .bind(at)
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "UPDATE scope_gap g SET closed_at = $2 FROM scope s
         WHERE g.connector_id = $1 AND g.closed_at IS NULL AND s.id = g.scope_id
         AND (s.confirmed OR g.completed_at IS DISTINCT FROM s.completed_at
              OR g.complete <> (s.code IS NULL AND s.completed_at IS NOT NULL AND NOT s.unlisted))",
    )
    .bind(connector.as_uuid())
    .bind(at)
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "INSERT INTO scope_gap (org_id, scope_id, connector_id, opened_at, completed_at, complete)
         SELECT s.org_id, s.id, s.connector_id, $2, s.completed_at,
                s.code IS NULL AND s.completed_at IS NOT NULL AND NOT s.unlisted
         FROM scope s
         WHERE s.connector_id = $1 AND NOT s.confirmed
         AND NOT EXISTS (SELECT FROM scope_gap g WHERE g.org_id = s.org_id AND g.connector_id = s.connector_id
                         AND g.scope_id = s.id AND g.closed_at IS NULL)",
    )
    .bind(connector.as_uuid())
    .bind(at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// New scopes are not complete before somebody says so.
pub async fn open_gaps(
    tx: &mut TenantTx,
    connector: ConnectorId,
    scopes: &[i64],
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO scope_gap (org_id, scope_id, connector_id, opened_at)
         SELECT $1, scope, $2, $3 FROM unnest($4::bigint[]) AS scope
         WHERE NOT EXISTS (SELECT FROM scope_gap g WHERE g.org_id = $1 AND g.connector_id = $2
                           AND g.scope_id = scope AND g.closed_at IS NULL)
         AND EXISTS (SELECT FROM scope s WHERE s.org_id = $1 AND s.id = scope AND NOT s.confirmed)",
    )
    .bind(tx.org().as_uuid())
    .bind(connector.as_uuid())
    .bind(at)
    .bind(scopes)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// For a connector that goes: nothing of it can grow old from here on, and its own budget ends with it.
pub async fn end(tx: &mut TenantTx, connector: ConnectorId, at: Timestamp) -> Result<()> {
    sqlx::query("UPDATE scope_gap SET closed_at = $2 WHERE connector_id = $1 AND closed_at IS NULL")
        .bind(connector.as_uuid())
        .bind(at)
        .execute(tx.connection())
        .await?;
    replace(tx, Some(connector), None, at).await
}
