//! The outbox: a state change and the event that tells of it commit together. It is the truth; buses only deliver.
//!
//! **Invariant:** a reader that goes from cursor to cursor sees every committed event exactly once, also those of
//! transactions that began before and committed after others. Ids are taken before commit, so "greater than the last
//! id" would skip them. Events are ordered by transaction id instead, and a reader stays behind the oldest transaction
//! still in flight.
//!
//! The price: one long writing transaction, of whichever tenant, delays delivery until it ends; the timeouts in
//! [`crate::Store`] bound that.

mod bell;
mod cursor;
mod listener;
mod retention;

use qlrf_core::event::{EventType, NewEvent};
use qlrf_core::id::OrgId;
use qlrf_core::time::{Timestamp, now};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

pub(crate) use bell::{Bell, Wake};
pub use cursor::{Cursor, InvalidCursor};
pub use listener::{Listener, Subscription};
pub use retention::{PRUNE_BATCH, prune};

use crate::{Error, Result, SystemTx, TenantTx};

pub(crate) const CHANNEL: &str = "qlrf_outbox";
/// More is served in further reads.
pub const READ_MAX: u32 = 1000;

/// A committed event as CloudEvents 1.0.2 writes it in JSON. `orgid` and `correlationid` are extension attributes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    pub specversion: &'static str,
    pub id: Uuid,
    /// `/orgs/<id>`: unique together with `id`.
    pub source: String,
    #[serde(rename = "type")]
    pub event_type: EventType,
    pub subject: String,
    #[serde(with = "time::serde::rfc3339")]
    pub time: Timestamp,
    pub datacontenttype: &'static str,
    pub orgid: OrgId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlationid: Option<String>,
    pub data: serde_json::Value,
    /// Where a reader that has this event goes on: the `Last-Event-ID` of the event stream.
    #[serde(skip)]
    pub cursor: Cursor,
}

/// What lies after a cursor.
#[derive(Debug, Clone, PartialEq)]
pub enum Batch {
    Events {
        events: Vec<Event>,
        /// Where to go on.
        next: Cursor,
        /// More is committed but waits for an older transaction, this one: read again soon, nobody will wake you for it.
        held_back: Option<u64>,
    },
    /// Events after the cursor are no longer kept, or the cursor is none of this database. The reader has to load the
    /// state anew and goes on at `resume`.
    Gone { resume: Cursor },
}

/// Adds the event to the transaction, wakes listeners once it is committed, and returns the id of the event.
pub async fn append(tx: &mut TenantTx, event: NewEvent, correlation_id: Option<&str>) -> Result<Uuid> {
    let ids = append_all(tx, vec![event], correlation_id).await?;
    ids.into_iter()
        .next()
        .ok_or_else(|| Error::Corrupt("an event was stored without an id".into()))
}

/// As [`append`], for many in one statement; ids in the order of the events.
pub async fn append_all(
    tx: &mut TenantTx,
    events: Vec<NewEvent>,
    correlation_id: Option<&str>,
) -> Result<Vec<Uuid>> {
    let org = tx.org();
    let ids = insert(tx.connection(), org, events, correlation_id).await?;
    if !ids.is_empty() {
        tx.tell();
    }
    Ok(ids)
}

/// As [`append_all`], from work that spans organisations.
pub async fn append_all_for(tx: &mut SystemTx, org: OrgId, events: Vec<NewEvent>) -> Result<()> {
    if !insert(tx.connection(), org, events, None).await?.is_empty() {
        tx.tell();
    }
    Ok(())
}

async fn insert(
    connection: &mut PgConnection,
    org: OrgId,
    events: Vec<NewEvent>,
    correlation_id: Option<&str>,
) -> Result<Vec<Uuid>> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = events.iter().map(|_| Uuid::now_v7()).collect();
    let types: Vec<&str> = events.iter().map(|event| event.event_type.name()).collect();
    let subjects: Vec<&str> = events.iter().map(|event| event.subject.as_str()).collect();
    let data: Vec<&serde_json::Value> = events.iter().map(|event| &event.data).collect();
    let insert = sqlx::query(
        "INSERT INTO outbox (org_id, event_id, at, type, subject, data, correlation_id)
         SELECT $1, e.id, $2, e.type, e.subject, e.data, $3
         FROM unnest($4::uuid[], $5::text[], $6::text[], $7::jsonb[]) WITH ORDINALITY
              AS e (id, type, subject, data, position)
         ORDER BY e.position",
    );
    let insert = insert
        .bind(org.as_uuid())
        .bind(now())
        .bind(correlation_id)
        .bind(&ids)
        .bind(types)
        .bind(subjects);
    insert.bind(data).execute(connection).await?;
    Ok(ids)
}

/// Tells every organisation of what concerns all of them.
pub async fn append_for_all(tx: &mut SystemTx, event: &NewEvent) -> Result<()> {
    let orgs: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM org ORDER BY id")
        .fetch_all(tx.connection())
        .await?;
    let ids: Vec<Uuid> = orgs.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query(
        "INSERT INTO outbox (org_id, event_id, at, type, subject, data)
         SELECT o.org_id, o.event_id, $3, $4, $5, $6 FROM unnest($1::uuid[], $2::uuid[]) AS o (org_id, event_id)",
    )
    .bind(orgs)
    .bind(ids)
    .bind(now())
    .bind(event.event_type.name())
    .bind(&event.subject)
    .bind(&event.data)
    .execute(tx.connection())
    .await?;
    tx.tell();
    Ok(())
}

/// Where a reader starts that wants what comes from now on.
pub async fn latest(tx: &mut TenantTx) -> Result<Cursor> {
    let xmin: String = sqlx::query_scalar("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        .fetch_one(tx.connection())
        .await?;
    Ok(Cursor {
        xid: read_xid(&xmin)?,
        id: 0,
    })
}

fn read_xid(text: &str) -> Result<u64> {
    text.parse()
        .map_err(|_| Error::Corrupt(format!("the transaction id \"{text}\"")))
}

/// The events after `cursor` in commit-safe order, at most `limit` and [`READ_MAX`].
pub async fn read_after(tx: &mut TenantTx, cursor: Cursor, limit: u32) -> Result<Batch> {
    let org = tx.org();
    if let Some(resume) = gone(tx, cursor).await? {
        return Ok(Batch::Gone { resume });
    }
    let limit = limit.clamp(1, READ_MAX) as usize;
    // One row more than asked for says whether an end of the list is the end, or in-flight transactions stand there.
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT o.xid::text AS xid, o.id, event_id, at, type, subject, data, correlation_id,
                pg_snapshot_xmin(pg_current_snapshot())::text AS horizon
         FROM outbox o WHERE (o.xid, o.id) > ($1::text::xid8, $2) ORDER BY o.xid, o.id LIMIT $3",
    )
    .bind(cursor.xid.to_string())
    .bind(cursor.id)
    .bind(limit as i64 + 1)
    .fetch_all(tx.connection())
    .await?;
    let horizon = rows.first().map(|row| read_xid(&row.horizon)).transpose()?;
    let mut held_back = None;
    let mut events = Vec::new();
    for row in rows {
        if Some(read_xid(&row.xid)?) >= horizon {
            held_back = horizon;
            break;
        }
        if events.len() < limit {
            events.push(row.into_event(org)?);
        }
    }
    let next = events.last().map_or(cursor, |event| event.cursor);
    Ok(Batch::Events {
        events,
        next,
        held_back,
    })
}

/// `Some` when the way from the cursor has a gap: retention deleted behind it, or it comes from another database.
async fn gone(tx: &mut TenantTx, cursor: Cursor) -> Result<Option<Cursor>> {
    let row: Option<(String, i64)> = sqlx::query_as(
        "SELECT COALESCE(h.xid, '0')::text, COALESCE(h.id, 0)
         FROM (VALUES (1)) AS one LEFT JOIN outbox_horizon h ON true
         WHERE (h.xid, h.id) > ($1::text::xid8, $2)
            OR $1::text::xid8 > pg_snapshot_xmax(pg_current_snapshot())",
    )
    .bind(cursor.xid.to_string())
    .bind(cursor.id)
    .fetch_optional(tx.connection())
    .await?;
    row.map(|(xid, id)| Cursor::from_row(&xid, id)).transpose()
}

#[derive(sqlx::FromRow)]
struct Row {
    xid: String,
    id: i64,
    event_id: Uuid,
    at: Timestamp,
    #[sqlx(rename = "type")]
    event_type: String,
    subject: String,
    data: serde_json::Value,
    correlation_id: Option<String>,
    /// The oldest transaction in flight, of whichever tenant.
    horizon: String,
}

impl Row {
    fn into_event(self, org: OrgId) -> Result<Event> {
        let known = EventType::ALL
            .iter()
            .copied()
            .find(|known| known.name() == self.event_type);
        let event_type =
            known.ok_or_else(|| Error::Corrupt(format!("the event type \"{}\"", self.event_type)))?;
        Ok(Event {
            specversion: "1.0",
            id: self.event_id,
            source: format!("/orgs/{org}"),
            event_type,
            subject: self.subject,
            time: self.at,
            datacontenttype: "application/json",
            orgid: org,
            correlationid: self.correlation_id,
            data: self.data,
            cursor: Cursor::from_row(&self.xid, self.id)?,
        })
    }
}
