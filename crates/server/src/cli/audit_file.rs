//! An exported audit trail, recomputed without a server.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use qlrf_core::digest::Digest;
use qlrf_store::audit::{Chain, Entry, Head, Verdict};

use super::{Failure, Result};
use crate::api::audit::view_verdict;
use crate::api::types::audit::{AuditRecord, AuditVerdict};

/// A path that a request came with is the longest part of a row.
const LINE_BYTES_MAX: u64 = 1 << 20;

pub fn verify_file(path: &Path, seq: Option<i64>, hash: Option<&str>) -> Result<AuditVerdict> {
    let expect = match (seq, hash) {
        (Some(seq), Some(hash)) => Some(Head {
            seq,
            hash: Digest::parse(hash)
                .ok_or_else(|| Failure::usage("--expect-hash is 64 hexadecimal digits"))?,
        }),
        _ => None,
    };
    let unreadable =
        |error: std::io::Error| Failure::data(format!("\"{}\" cannot be read: {error}", path.display()));
    let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut chain: Option<Chain> = None;
    let mut line = String::new();
    loop {
        line.clear();
        let read = file
            .by_ref()
            .take(LINE_BYTES_MAX)
            .read_line(&mut line)
            .map_err(unreadable)?;
        if read == 0 {
            break;
        }
        let number = chain.as_ref().map_or(0, Chain::seq) + 1;
        let record = parse(&line).ok_or_else(|| {
            Failure::data(format!(
                "\"{}\": row {number} is not a whole row of an export",
                path.display()
            ))
            .hint("export it again: `qlrf audit export --file FILE`")
        })?;
        let chain = chain.get_or_insert_with(|| Chain::new(record.org_id, expect));
        if let Some(broken) = check(chain, record) {
            return Ok(view_verdict(broken));
        }
    }
    match chain {
        Some(chain) => Ok(view_verdict(chain.finish())),
        None => Err(Failure::data(format!("\"{}\" has no row", path.display()))),
    }
}

/// Only a line that ends is a whole one.
fn parse(line: &str) -> Option<AuditRecord> {
    serde_json::from_str(line.strip_suffix('\n')?).ok()
}

fn check(chain: &mut Chain, record: AuditRecord) -> Option<Verdict> {
    if record.org_id != chain.org() {
        return Some(Verdict::Broken {
            seq: chain.seq() + 1,
            reason: "the row is of another organisation",
        });
    }
    // What is no digest compares unequal to every real one, and so names its row.
    let digest = |text: &str| Digest::parse(text).unwrap_or(Digest([0xff; 32]));
    chain.add(&Entry {
        seq: record.seq,
        at: record.at,
        request_id: record.request_id,
        prev_hash: digest(&record.prev_hash),
        hash: digest(&record.hash),
        phase: record.phase,
        actor: record.actor,
        permission: record.permission,
        method: record.method,
        path: record.path,
        status: record.status,
    })
}
