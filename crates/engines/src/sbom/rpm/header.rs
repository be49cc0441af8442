//! A header blob as the database stores it: counts, an index of 16-byte entries, and the data that they point into.
//! <https://rpm-software-management.github.io/rpm/manual/format_header.html>

/// The fields that are used, borrowed from the blob. Absent strings are empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Header<'a> {
    pub name: &'a str,
    pub version: &'a str,
    pub release: &'a str,
    pub epoch: Option<u32>,
    pub arch: &'a str,
    pub source_package: &'a str,
    pub license: &'a str,
}

/// As rpm itself limits them (`hdrchkTags`, `hdrchkData`).
const ENTRIES_MAX: usize = 0xffff;
const DATA_BYTES_MAX: usize = 0x0fff_ffff;
const ENTRY_BYTES: usize = 16;

const NAME: u32 = 1000;
const VERSION: u32 = 1001;
const RELEASE: u32 = 1002;
const EPOCH: u32 = 1003;
const LICENSE: u32 = 1014;
const ARCH: u32 = 1022;
const SOURCE_PACKAGE: u32 = 1044;

const TYPE_INT32: u32 = 4;
const TYPE_STRING: u32 = 6;
const TYPE_STRING_I18N: u32 = 9;

impl<'a> Header<'a> {
    pub(super) fn parse(blob: &'a [u8]) -> Result<Self, &'static str> {
        let entries = be32(blob, 0).ok_or("the header has no counts")? as usize;
        let data_bytes = be32(blob, 4).ok_or("the header has no counts")? as usize;
        if entries > ENTRIES_MAX || data_bytes > DATA_BYTES_MAX {
            return Err("the header's counts are out of range");
        }
        let rest = &blob[8..];
        let (index, data) = rest
            .split_at_checked(entries * ENTRY_BYTES)
            .ok_or("the header's index is cut short")?;
        let data = data.get(..data_bytes).ok_or("the header's data is cut short")?;
        let mut header = Self::default();
        for entry in index.chunks_exact(ENTRY_BYTES) {
            header.entry(entry, data)?;
        }
        if header.name.is_empty() {
            Err("the header has no name")
        } else {
            Ok(header)
        }
    }

    fn entry(&mut self, entry: &[u8], data: &'a [u8]) -> Result<(), &'static str> {
        let field = |at| be32(entry, at).expect("an entry has 16 bytes");
        let (tag, kind, offset) = (field(0), field(4), field(8) as usize);
        let slot = match tag {
            NAME => &mut self.name,
            VERSION => &mut self.version,
            RELEASE => &mut self.release,
            ARCH => &mut self.arch,
            LICENSE => &mut self.license,
            SOURCE_PACKAGE => &mut self.source_package,
            EPOCH if kind == TYPE_INT32 => {
                self.epoch = Some(be32(data, offset).ok_or("an epoch points outside of the header")?);
                return Ok(());
            }
            _ => return Ok(()),
        };
        if matches!(kind, TYPE_STRING | TYPE_STRING_I18N) {
            *slot = string(data, offset)?;
        }
        Ok(())
    }
}

fn string(data: &[u8], offset: usize) -> Result<&str, &'static str> {
    let rest = data
        .get(offset..)
        .ok_or("a string points outside of the header")?;
    let end = memchr::memchr(0, rest).ok_or("a string does not end")?;
    std::str::from_utf8(&rest[..end]).map_err(|_| "a string is not UTF-8")
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(
        field.try_into().expect("four bytes were taken"),
    ))
}
