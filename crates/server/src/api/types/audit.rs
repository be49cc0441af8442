use qlrf_core::id::OrgId;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// 1, 2, 3 … without gaps.
    pub seq: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub request_id: Uuid,
    /// `begin` before the work, `end` after it.
    pub phase: String,
    pub actor: String,
    pub permission: String,
    pub method: String,
    pub path: String,
    /// HTTP status; in `end` only.
    pub status: Option<i32>,
    /// Over this row and all before it, 64 hexadecimal digits.
    pub hash: String,
}

/// One row with all that its hash is computed from; a line of an export.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AuditRecord {
    #[schema(value_type = Uuid)]
    pub org_id: OrgId,
    pub seq: i64,
    /// To the microsecond.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub request_id: Uuid,
    pub phase: String,
    pub actor: String,
    pub permission: String,
    pub method: String,
    pub path: String,
    pub status: Option<i32>,
    /// Of the row before; 64 zeros in the first.
    pub prev_hash: String,
    pub hash: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct AuditVerdict {
    pub intact: bool,
    /// Rows verified, which is also the last sequence number; when intact.
    pub rows: Option<i64>,
    /// Hash of the last row: write it down elsewhere, with `rows`, to notice a cut tail later.
    pub head_hash: Option<String>,
    /// The first row that does not hold; when not intact.
    pub broken_seq: Option<i64>,
    pub reason: Option<String>,
}
