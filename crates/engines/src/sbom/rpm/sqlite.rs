//! `rpmdb.sqlite`: table `Packages(hnum, blob)`. The file is hostile input: it is opened from memory, read-only, with
//! small limits and a budget of work, and only if `Packages` is a plain table.

use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::describe;

const MAGIC: &[u8] = b"SQLite format 3\0";
/// File format versions in the header: 2 says that there is a write-ahead log, which a database in memory cannot have.
/// <https://www.sqlite.org/fileformat.html#file_format_version_numbers>
const VERSION_BYTES: std::ops::Range<usize> = 18..20;
const VERSION_WITHOUT_LOG: u8 = 1;
/// Steps of SQLite's virtual machine between two looks at the budget.
const STEPS: i32 = 10_000;
/// A hundred million steps are some seconds; a database of 100 000 packages takes about a million.
const LOOKS_MAX: u32 = 10_000;
const SQL_BYTES_MAX: i32 = 10_000;
const BLOB_BYTES_MAX: i32 = 256 << 20;

pub(super) fn blobs(mut bytes: Vec<u8>, each: &mut dyn FnMut(&[u8])) -> Result<(), String> {
    if !bytes.starts_with(MAGIC) || bytes.len() < 100 {
        return Err("this is not an SQLite database".to_owned());
    }
    bytes[VERSION_BYTES].fill(VERSION_WITHOUT_LOG);
    read(bytes, each).map_err(|error| describe("SQLite cannot read it", &error.to_string()))
}

fn read(bytes: Vec<u8>, each: &mut dyn FnMut(&[u8])) -> rusqlite::Result<()> {
    // Blobs do not overlap in a sound file; pages that point to the same blob again and again make work without end.
    let mut budget = bytes.len();
    let connection = open(bytes)?;
    let kind: String = connection.query_row(
        "SELECT type FROM sqlite_schema WHERE name = 'Packages' AND sql LIKE 'CREATE TABLE %'",
        [],
        |row| row.get(0),
    )?;
    if kind != "table" {
        return Err(rusqlite::Error::InvalidQuery);
    }
    let mut statement = connection.prepare("SELECT blob FROM Packages")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        // A row without a blob is as unreadable as one with a wrong blob, and counted like it.
        let blob = row.get_ref(0)?.as_blob().unwrap_or_default();
        budget = budget
            .checked_sub(blob.len())
            .ok_or(rusqlite::Error::InvalidQuery)?;
        each(blob);
    }
    Ok(())
}

fn open(bytes: Vec<u8>) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_in_memory_with_flags(flags)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, BLOB_BYTES_MAX)?;
    connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, SQL_BYTES_MAX)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection.deserialize_read_exact("main", bytes.as_slice(), bytes.len(), true)?;
    let mut looks = 0;
    connection.progress_handler(
        STEPS,
        Some(move || {
            looks += 1;
            looks > LOOKS_MAX
        }),
    )?;
    Ok(connection)
}
