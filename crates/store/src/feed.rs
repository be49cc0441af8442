//! Vulnerability feeds: snapshots, advisories and scores. They belong to no tenant.

use std::collections::{BTreeSet, HashMap};

use qlrf_core::digest::Digest;
use qlrf_core::id::FeedSnapshotId;
use qlrf_core::time::{Date, Timestamp};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::content::read_digest;
use crate::{Result, SystemTx, TenantTx};

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Snapshot {
    pub id: Uuid,
    pub feed: String,
    pub source: String,
    pub digest: Vec<u8>,
    pub records: i64,
    pub problems: i64,
    pub newest: Option<Timestamp>,
    pub imported_at: Timestamp,
}

const SNAPSHOT: &str = "id, feed, source, digest, records, problems, newest, imported_at";

/// When the newest snapshot of any feed was imported, of those that were there at a moment.
pub async fn newest_import(tx: &mut TenantTx, as_of: Option<Timestamp>) -> Result<Option<Timestamp>> {
    Ok(sqlx::query_scalar(
        "SELECT max(imported_at) FROM feed_snapshot WHERE $1::timestamptz IS NULL OR imported_at <= $1",
    )
    .bind(as_of)
    .fetch_one(tx.connection())
    .await?)
}

/// The newest snapshot of each feed and source. Where they came from concerns the installation: no tenant reads it.
pub async fn list_newest(tx: &mut SystemTx) -> Result<Vec<Snapshot>> {
    let sql = format!(
        "SELECT DISTINCT ON (feed, source) {SNAPSHOT} FROM feed_snapshot ORDER BY feed, source, imported_at DESC"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .fetch_all(tx.connection())
        .await?)
}

/// How much is held: standing advisories, known exploited vulnerabilities and EPSS scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Held {
    pub advisories: i64,
    pub known_exploited: i64,
    pub exploit_scores: i64,
}

pub async fn count(tx: &mut TenantTx) -> Result<Held> {
    Ok(sqlx::query_as(
        "SELECT (SELECT count(*) FROM advisory WHERE withdrawn IS NULL) AS advisories,
                (SELECT count(*) FROM kev WHERE upper_inf(recorded)) AS known_exploited,
                (SELECT count(*) FROM epss) AS exploit_scores",
    )
    .fetch_one(tx.connection())
    .await?)
}

/// The newest snapshot of a feed, whatever source it came from: what a feed that is replaced as a whole holds now.
pub async fn find_newest(tx: &mut SystemTx, feed: &str) -> Result<Option<Snapshot>> {
    newest(tx, feed, None).await
}

/// The newest snapshot of a feed from one source, to tell whether the same bytes came again.
pub async fn find_newest_of(tx: &mut SystemTx, feed: &str, source: &str) -> Result<Option<Snapshot>> {
    newest(tx, feed, Some(source)).await
}

async fn newest(tx: &mut SystemTx, feed: &str, source: Option<&str>) -> Result<Option<Snapshot>> {
    let sql = format!(
        "SELECT {SNAPSHOT} FROM feed_snapshot WHERE feed = $1 AND ($2::text IS NULL OR source = $2)
         ORDER BY imported_at DESC LIMIT 1"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(feed)
        .bind(source)
        .fetch_optional(tx.connection())
        .await?)
}

/// Written first, because rows refer to it; [`complete_snapshot`] states what it held.
pub async fn create_snapshot(
    tx: &mut SystemTx,
    id: FeedSnapshotId,
    feed: &str,
    source: &str,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO feed_snapshot (id, feed, source, digest, records, problems, imported_at)
         VALUES ($1, $2, $3, '', 0, 0, $4)",
    )
    .bind(id.as_uuid())
    .bind(feed)
    .bind(source)
    .bind(at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What a snapshot turned out to hold.
#[derive(Debug, Clone, PartialEq)]
pub struct SnapshotTotal {
    pub digest: Digest,
    pub records: i64,
    pub problems: i64,
    pub newest: Option<Timestamp>,
}

/// `at` is the moment from which what the snapshot says holds.
pub async fn complete_snapshot(
    tx: &mut SystemTx,
    id: FeedSnapshotId,
    total: &SnapshotTotal,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "UPDATE feed_snapshot SET digest = $2, records = $3, problems = $4, newest = $5, imported_at = $6
         WHERE id = $1",
    )
    .bind(id.as_uuid())
    .bind(&total.digest.0[..])
    .bind(total.records)
    .bind(total.problems)
    .bind(total.newest)
    .bind(at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Ecosystem and package name, as an advisory spells them.
pub type Name = (String, String);

pub struct NewAdvisory {
    pub osv_id: String,
    pub digest: Digest,
    pub cves: Vec<String>,
    pub summary: String,
    pub cvss_score: Option<f32>,
    pub cvss_vector: Option<String>,
    pub severity: Option<String>,
    pub published: Option<Timestamp>,
    pub modified: Timestamp,
    pub withdrawn: Option<Timestamp>,
    pub document: Value,
    pub names: BTreeSet<Name>,
}

/// Stores advisories that are new or differ and are not older than what is known, ids distinct within one call, and returns every package name that the
/// change touches: those that the old records named and those that the new ones name.
pub async fn upsert_advisories(
    tx: &mut SystemTx,
    snapshot: FeedSnapshotId,
    rows: &[NewAdvisory],
) -> Result<BTreeSet<Name>> {
    let changed = write_advisories(tx.connection(), snapshot, rows).await?;
    if changed.is_empty() {
        return Ok(BTreeSet::new());
    }
    let ids: Vec<i32> = changed.values().copied().collect();
    let mut touched: BTreeSet<Name> = sqlx::query_as(
        "DELETE FROM advisory_affected WHERE advisory_id = ANY ($1) RETURNING ecosystem, name",
    )
    .bind(&ids)
    .fetch_all(tx.connection())
    .await?
    .into_iter()
    .collect();
    let named: Vec<(i32, &Name)> = rows
        .iter()
        .filter_map(|row| Some((*changed.get(&row.osv_id)?, row)))
        .flat_map(|(id, row)| row.names.iter().map(move |name| (id, name)))
        .collect();
    sqlx::query(
        "INSERT INTO advisory_affected (advisory_id, ecosystem, name)
         SELECT * FROM unnest($1::int[], $2::text[], $3::text[])",
    )
    .bind(named.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(
        named
            .iter()
            .map(|(_, (ecosystem, _))| &ecosystem[..])
            .collect::<Vec<_>>(),
    )
    .bind(named.iter().map(|(_, (_, name))| &name[..]).collect::<Vec<_>>())
    .execute(tx.connection())
    .await?;
    touched.extend(named.into_iter().map(|(_, name)| name.clone()));
    Ok(touched)
}

/// Says that from `at` on packages of these ecosystems are judged.
pub async fn cover_ecosystems(tx: &mut SystemTx, ecosystems: &BTreeSet<&str>, at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO feed_ecosystem (ecosystem, since) SELECT e, $2 FROM unnest($1::text[]) AS e
         ON CONFLICT DO NOTHING",
    )
    .bind(ecosystems.iter().copied().collect::<Vec<_>>())
    .bind(at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn write_advisories(
    connection: &mut PgConnection,
    snapshot: FeedSnapshotId,
    rows: &[NewAdvisory],
) -> Result<HashMap<String, i32>> {
    let text =
        |field: fn(&NewAdvisory) -> Option<&str>| -> Vec<Option<&str>> { rows.iter().map(field).collect() };
    let time = |field: fn(&NewAdvisory) -> Option<Timestamp>| -> Vec<Option<Timestamp>> {
        rows.iter().map(field).collect()
    };
    let written: Vec<(String, i32)> = sqlx::query_as(
        "INSERT INTO advisory AS a (osv_id, digest, cves, summary, cvss_score, cvss_vector, severity, published,
                modified, withdrawn, document, snapshot_id)
         SELECT i.osv_id, i.digest, ARRAY(SELECT jsonb_array_elements_text(i.cves)), i.summary, i.cvss_score,
                i.cvss_vector, i.severity, i.published, i.modified, i.withdrawn, i.document, $12
         FROM unnest($1::text[], $2::bytea[], $3::jsonb[], $4::text[], $5::real[], $6::text[], $7::text[],
                     $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::jsonb[])
              AS i (osv_id, digest, cves, summary, cvss_score, cvss_vector, severity, published, modified, withdrawn,
                    document)
         ON CONFLICT (osv_id) DO UPDATE SET digest = EXCLUDED.digest, cves = EXCLUDED.cves,
                summary = EXCLUDED.summary, cvss_score = EXCLUDED.cvss_score, cvss_vector = EXCLUDED.cvss_vector,
                severity = EXCLUDED.severity, published = EXCLUDED.published, modified = EXCLUDED.modified,
                withdrawn = EXCLUDED.withdrawn, document = EXCLUDED.document, snapshot_id = EXCLUDED.snapshot_id
         WHERE a.digest <> EXCLUDED.digest AND a.modified <= EXCLUDED.modified
         RETURNING a.osv_id, a.id",
    )
    .bind(text(|r| Some(&r.osv_id)))
    .bind(rows.iter().map(|r| &r.digest.0[..]).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| Value::from(r.cves.clone())).collect::<Vec<_>>())
    .bind(text(|r| Some(&r.summary)))
    .bind(rows.iter().map(|r| r.cvss_score).collect::<Vec<_>>())
    .bind(text(|r| r.cvss_vector.as_deref()))
    .bind(text(|r| r.severity.as_deref()))
    .bind(time(|r| r.published))
    .bind(time(|r| Some(r.modified)))
    .bind(time(|r| r.withdrawn))
    .bind(rows.iter().map(|r| &r.document).collect::<Vec<_>>())
    .bind(snapshot.as_uuid())
    .fetch_all(connection)
    .await?;
    Ok(written.into_iter().collect())
}

pub struct NewKev {
    pub cve: String,
    pub date_added: Date,
    pub due_date: Option<Date>,
    pub ransomware: Option<bool>,
    pub name: String,
}

/// Each snapshot of the catalogue is complete, so an entry that is not in it was withdrawn: it ends at `at`, as does one
/// that changed. What stays as it was is not written.
pub async fn replace_kev(
    tx: &mut SystemTx,
    snapshot: FeedSnapshotId,
    at: Timestamp,
    rows: &[NewKev],
) -> Result<()> {
    const LISTED: &str = "SELECT DISTINCT ON (i.cve) i.*
        FROM unnest($1::text[], $2::date[], $3::date[], $4::boolean[], $5::text[])
             AS i (cve, date_added, due_date, ransomware, name) ORDER BY i.cve";
    const HELD: &str =
        "SELECT cve, date_added, due_date, ransomware, name FROM kev WHERE upper_inf(recorded)";
    // One after the other, because of one CVE only one row may be open.
    let end = format!(
        "UPDATE kev SET recorded = tstzrange(lower(recorded), greatest($6, lower(recorded)))
         WHERE upper_inf(recorded) AND cve IN (SELECT g.cve FROM ({HELD} EXCEPT ({LISTED})) AS g)"
    );
    bind_kev(sqlx::query(sqlx::AssertSqlSafe(end)), rows)
        .bind(at)
        .execute(tx.connection())
        .await?;
    let begin = format!(
        "INSERT INTO kev (cve, date_added, due_date, ransomware, name, snapshot_id, recorded)
         SELECT n.*, $7::uuid, tstzrange($6, NULL) FROM (({LISTED}) EXCEPT {HELD}) AS n"
    );
    bind_kev(sqlx::query(sqlx::AssertSqlSafe(begin)), rows)
        .bind(at)
        .bind(snapshot.as_uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

fn bind_kev<'q>(query: Query<'q>, rows: &'q [NewKev]) -> Query<'q> {
    query
        .bind(rows.iter().map(|r| &r.cve[..]).collect::<Vec<_>>())
        .bind(rows.iter().map(|r| r.date_added).collect::<Vec<_>>())
        .bind(rows.iter().map(|r| r.due_date).collect::<Vec<_>>())
        .bind(rows.iter().map(|r| r.ransomware).collect::<Vec<_>>())
        .bind(rows.iter().map(|r| &r.name[..]).collect::<Vec<_>>())
}

pub struct NewEpss {
    pub cve: String,
    pub score: f32,
    pub percentile: f32,
}

/// Vulnerabilities that any package here ever had: whose past scores somebody can ask for.
pub async fn list_matched_cves(tx: &mut SystemTx) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT DISTINCT unnest(cves) FROM advisory WHERE id IN (SELECT advisory_id FROM package_match)",
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Only what differs is written. Of the CVEs in `kept` the score before stays readable as of its time.
pub async fn upsert_epss(tx: &mut SystemTx, at: Timestamp, rows: &[NewEpss], kept: &[&str]) -> Result<()> {
    sqlx::query(
        "WITH listed AS (
             SELECT DISTINCT ON (i.cve) i.* FROM unnest($1::text[], $2::real[], $3::real[]) AS i (cve, score, percentile)
             ORDER BY i.cve
         ), past AS (
             INSERT INTO epss_past (cve, recorded, score, percentile)
             SELECT e.cve, tstzrange(e.since, $4), e.score, e.percentile FROM epss e JOIN listed l USING (cve)
             WHERE e.cve = ANY ($5) AND e.since < $4
               AND (e.score, e.percentile) IS DISTINCT FROM (l.score, l.percentile)
         )
         INSERT INTO epss AS e (cve, score, percentile, since) SELECT l.*, $4 FROM listed l
         ON CONFLICT (cve) DO UPDATE SET score = EXCLUDED.score, percentile = EXCLUDED.percentile, since = EXCLUDED.since
         WHERE (e.score, e.percentile) IS DISTINCT FROM (EXCLUDED.score, EXCLUDED.percentile)",
    )
    .bind(rows.iter().map(|r| &r.cve[..]).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.score).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.percentile).collect::<Vec<_>>())
    .bind(at)
    .bind(kept)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Digests of a snapshot row are empty until it is complete.
pub fn snapshot_digest(snapshot: &Snapshot) -> Result<Digest> {
    read_digest(&snapshot.digest)
}
