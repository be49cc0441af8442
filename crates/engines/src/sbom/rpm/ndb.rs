//! rpm's own database form, `Packages.db`: pages of slots that point to blobs of 16-byte blocks, little-endian.
//! Layout: `lib/backend/ndb/rpmpkg.c` of rpm.

const MAGIC: &[u8] = b"RpmP";
const VERSION: u32 = 0;
const SLOT_MAGIC: &[u8] = b"Slot";
const BLOB_MAGIC: &[u8] = b"BlbS";
const PAGE_BYTES: usize = 4096;
/// Slots and blocks have the same size; the file header takes the place of two slots.
const BLOCK_BYTES: usize = 16;
const HEADER_BYTES: usize = 32;

pub(super) fn blobs(bytes: &[u8], each: &mut dyn FnMut(&[u8])) -> Result<(), String> {
    if !bytes.starts_with(MAGIC) {
        return Err("this is not an ndb database".to_owned());
    }
    if le32(bytes, 4) != Some(VERSION) {
        return Err("this version of the ndb form is not known".to_owned());
    }
    let pages = le32(bytes, 12).unwrap_or_default() as usize;
    let slots = pages
        .checked_mul(PAGE_BYTES)
        .and_then(|end| bytes.get(HEADER_BYTES..end))
        .ok_or("the slots are cut short")?;
    // Blobs do not overlap in a sound file; one that claims more than the file holds would be read many times.
    let mut budget = bytes.len();
    for slot in slots.chunks_exact(BLOCK_BYTES) {
        if !slot.starts_with(SLOT_MAGIC) {
            return Err("a slot has no marker".to_owned());
        }
        let field = |at| le32(slot, at).expect("a slot has 16 bytes");
        let (package, offset, blocks) = (field(4), field(8) as usize, field(12) as usize);
        if package == 0 && offset == 0 {
            continue;
        }
        let blob = blob(bytes, package, offset, blocks)?;
        budget = budget.checked_sub(blob.len()).ok_or("blobs overlap")?;
        each(blob);
    }
    Ok(())
}

fn blob(bytes: &[u8], package: u32, offset: usize, blocks: usize) -> Result<&[u8], String> {
    let cut = || format!("the blob of package {package} is cut short");
    let start = offset.checked_mul(BLOCK_BYTES).ok_or_else(cut)?;
    let end = blocks
        .checked_mul(BLOCK_BYTES)
        .and_then(|size| start.checked_add(size))
        .ok_or_else(cut)?;
    let stored = bytes.get(start..end).ok_or_else(cut)?;
    if !stored.starts_with(BLOB_MAGIC) || le32(stored, 4) != Some(package) {
        return Err(format!("the blob of package {package} has no marker"));
    }
    let size = le32(stored, 12).ok_or_else(cut)? as usize;
    stored
        .get(BLOCK_BYTES..)
        .and_then(|body| body.get(..size))
        .ok_or_else(cut)
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(
        field.try_into().expect("four bytes were taken"),
    ))
}
