//! The audit trail: one append-only hash chain per tenant.
//!
//! `hash` is SHA-256 over length-prefixed fields (each field preceded by its length as 64-bit little endian), in this
//! order: the text `audit/1`, the organisation's 16 bytes, `seq` (64-bit big endian), the time in microseconds since 1970
//! (64-bit big endian), the request id's 16 bytes, `phase`, `actor`, `permission`, `method`, `path`, the status in
//! decimal digits (empty in `begin`), and the previous row's hash (32 zero bytes for the first row). Changing, removing or
//! inserting a row breaks every later hash; cutting off the tail shows against a head that was written down elsewhere.

use qlrf_core::digest::{Digest, Hasher};
use qlrf_core::id::OrgId;
use qlrf_core::time::Timestamp;
use uuid::Uuid;

use crate::{Error, Result, TenantTx};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Begin,
    End,
}

impl Phase {
    pub fn name(self) -> &'static str {
        match self {
            Phase::Begin => "begin",
            Phase::End => "end",
        }
    }
}

/// What is written; the chain adds sequence and hashes.
#[derive(Clone, Debug)]
pub struct NewEntry {
    pub at: Timestamp,
    pub request_id: Uuid,
    pub phase: Phase,
    pub actor: String,
    pub permission: String,
    pub method: String,
    pub path: String,
    pub status: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub seq: i64,
    pub at: Timestamp,
    pub request_id: Uuid,
    pub phase: String,
    pub actor: String,
    pub permission: String,
    pub method: String,
    pub path: String,
    pub status: Option<i32>,
    pub prev_hash: Digest,
    pub hash: Digest,
}

/// The last link of a chain: what to write down elsewhere to notice a cut tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// 0 for an empty chain.
    pub seq: i64,
    pub hash: Digest,
}

pub const EMPTY: Head = Head {
    seq: 0,
    hash: Digest([0; 32]),
};

impl Entry {
    /// The hash that this row must carry, from its own fields.
    pub fn expected_hash(&self, org: OrgId) -> Digest {
        let mut hasher = Hasher::new("audit/1");
        hasher
            .field(org.as_uuid().as_bytes())
            .field(&self.seq.to_be_bytes())
            .field(&micros(self.at).to_be_bytes())
            .field(self.request_id.as_bytes())
            .field(self.phase.as_bytes())
            .field(self.actor.as_bytes())
            .field(self.permission.as_bytes())
            .field(self.method.as_bytes())
            .field(self.path.as_bytes())
            .field(
                self.status
                    .map(|status| status.to_string())
                    .unwrap_or_default()
                    .as_bytes(),
            )
            .field(&self.prev_hash.0);
        hasher.finish()
    }
}

fn micros(at: Timestamp) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1000).expect("years up to 9999 fit in 64 bits of microseconds")
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    at: Timestamp,
    request_id: Uuid,
    phase: String,
    actor: String,
    permission: String,
    method: String,
    path: String,
    status: Option<i32>,
    prev_hash: Vec<u8>,
    hash: Vec<u8>,
}

impl From<Row> for Entry {
    fn from(row: Row) -> Entry {
        // A hash of another length is a tampered one; it compares unequal to every real hash and so names the row.
        let digest = |bytes: Vec<u8>| Digest(bytes.try_into().unwrap_or([0xff; 32]));
        Entry {
            seq: row.seq,
            at: row.at,
            request_id: row.request_id,
            phase: row.phase,
            actor: row.actor,
            permission: row.permission,
            method: row.method,
            path: row.path,
            status: row.status,
            prev_hash: digest(row.prev_hash),
            hash: digest(row.hash),
        }
    }
}

/// Adds one row to the tenant's chain. Writers of one tenant take turns from here to the end of the transaction, so
/// give it a transaction of its own.
pub async fn append(tx: &mut TenantTx, new: &NewEntry) -> Result<Head> {
    let org = tx.org();
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('qlrf audit ' || $1, 0))")
        .bind(org.to_string())
        .execute(tx.connection())
        .await?;
    // A statement of its own: it must see what the previous holder of the lock committed.
    let previous = head(tx).await?;
    let mut entry = Entry {
        seq: previous.seq + 1,
        at: qlrf_core::time::truncate(new.at),
        request_id: new.request_id,
        phase: new.phase.name().to_owned(),
        actor: new.actor.clone(),
        permission: new.permission.clone(),
        method: new.method.clone(),
        path: new.path.clone(),
        status: new.status.map(i32::from),
        prev_hash: previous.hash,
        hash: Digest([0; 32]),
    };
    entry.hash = entry.expected_hash(org);
    insert(tx, &entry).await?;
    Ok(Head {
        seq: entry.seq,
        hash: entry.hash,
    })
}

async fn insert(tx: &mut TenantTx, entry: &Entry) -> Result<()> {
    sqlx::query(
        "INSERT INTO audit (org_id, seq, at, request_id, phase, actor, permission, method, path, status, prev_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(tx.org().as_uuid())
    .bind(entry.seq)
    .bind(entry.at)
    .bind(entry.request_id)
    .bind(&entry.phase)
    .bind(&entry.actor)
    .bind(&entry.permission)
    .bind(&entry.method)
    .bind(&entry.path)
    .bind(entry.status)
    .bind(entry.prev_hash.0.as_slice())
    .bind(entry.hash.0.as_slice())
    .execute(tx.connection())
    .await?;
    Ok(())
}

pub async fn head(tx: &mut TenantTx) -> Result<Head> {
    let row: Option<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT seq, hash FROM audit WHERE org_id = $1 ORDER BY seq DESC LIMIT 1")
            .bind(tx.org().as_uuid())
            .fetch_optional(tx.connection())
            .await?;
    let Some((seq, hash)) = row else { return Ok(EMPTY) };
    let hash = hash
        .try_into()
        .map_err(|_| Error::Corrupt(format!("audit row {seq} has no valid hash")))?;
    Ok(Head {
        seq,
        hash: Digest(hash),
    })
}

/// Newest first, rows before `before`.
pub async fn list(tx: &mut TenantTx, filter: &Filter, before: Option<i64>, limit: u32) -> Result<Vec<Entry>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT seq, at, request_id, phase, actor, permission, method, path, status, prev_hash, hash FROM audit
         WHERE org_id = $1 AND ($2::bigint IS NULL OR seq < $2) AND ($3::text IS NULL OR actor = $3)
           AND ($4::uuid IS NULL OR request_id = $4) AND ($5::timestamptz IS NULL OR at <= $5)
         ORDER BY seq DESC LIMIT $6",
    )
    .bind(tx.org().as_uuid())
    .bind(before)
    .bind(filter.actor.as_deref())
    .bind(filter.request_id)
    .bind(filter.until)
    .bind(i64::from(limit))
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub actor: Option<String>,
    pub request_id: Option<Uuid>,
    /// Rows after this moment do not count.
    pub until: Option<Timestamp>,
}

pub async fn count(tx: &mut TenantTx, filter: &Filter) -> Result<u64> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM audit WHERE org_id = $1 AND ($2::text IS NULL OR actor = $2)
           AND ($3::uuid IS NULL OR request_id = $3) AND ($4::timestamptz IS NULL OR at <= $4)",
    )
    .bind(tx.org().as_uuid())
    .bind(filter.actor.as_deref())
    .bind(filter.request_id)
    .bind(filter.until)
    .fetch_one(tx.connection())
    .await?;
    Ok(count.unsigned_abs())
}

/// What verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Intact(Head),
    Broken { seq: i64, reason: &'static str },
}

/// How many rows are held in memory at once while verifying or exporting.
const READ_BATCH: i64 = 2000;

/// A chain that is recomputed row by row, from the database or from an export of it.
pub struct Chain {
    org: OrgId,
    expect: Option<Head>,
    last: Head,
}

impl Chain {
    /// With `expect` it must also contain that head.
    pub fn new(org: OrgId, expect: Option<Head>) -> Chain {
        Chain {
            org,
            expect,
            last: EMPTY,
        }
    }

    pub fn org(&self) -> OrgId {
        self.org
    }

    /// Of the last row that held.
    pub fn seq(&self) -> i64 {
        self.last.seq
    }

    /// The next row; `Some` names the first that does not hold.
    pub fn add(&mut self, entry: &Entry) -> Option<Verdict> {
        if let Some(reason) = find_fault(self.org, &self.last, entry) {
            let seq = self.last.seq + 1;
            return Some(Verdict::Broken { seq, reason });
        }
        self.last = Head {
            seq: entry.seq,
            hash: entry.hash,
        };
        let differs = |head: Head| head.seq == self.last.seq && head.hash != self.last.hash;
        self.expect.is_some_and(differs).then_some(Verdict::Broken {
            seq: self.last.seq,
            reason: "the hash is not the one that was remembered",
        })
    }

    /// After the last row.
    pub fn finish(self) -> Verdict {
        if self.expect.is_some_and(|head| head.seq > self.last.seq) {
            return Verdict::Broken {
                seq: self.last.seq + 1,
                reason: "rows are missing at the end of the chain",
            };
        }
        Verdict::Intact(self.last)
    }
}

/// Recomputes the whole chain. With `expect` it also demands that the chain still contains that head.
pub async fn verify(tx: &mut TenantTx, expect: Option<Head>) -> Result<Verdict> {
    let mut chain = Chain::new(tx.org(), expect);
    loop {
        let rows = read_after(tx, chain.last.seq).await?;
        for entry in &rows {
            if let Some(broken) = chain.add(entry) {
                return Ok(broken);
            }
        }
        if (rows.len() as i64) < READ_BATCH {
            return Ok(chain.finish());
        }
    }
}

fn find_fault(org: OrgId, last: &Head, entry: &Entry) -> Option<&'static str> {
    if entry.seq != last.seq + 1 {
        return Some("a row is missing");
    }
    if entry.prev_hash != last.hash {
        return Some("the row does not continue the row before it");
    }
    (entry.hash != entry.expected_hash(org)).then_some("the row's fields do not give its hash")
}

/// The next rows in order, a batch at a time.
pub async fn read_after(tx: &mut TenantTx, seq: i64) -> Result<Vec<Entry>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT seq, at, request_id, phase, actor, permission, method, path, status, prev_hash, hash FROM audit
         WHERE org_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
    )
    .bind(tx.org().as_uuid())
    .bind(seq)
    .bind(READ_BATCH)
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(Entry::from).collect())
}
