//! Inventories as lines of text.

use qlrf_core::package::Ecosystem;
use qlrf_core::rootfs::Files;

use super::Inventory;

pub(super) fn inventory(files: &Files) -> Inventory {
    super::read(files)
}

/// `ecosystem name version arch < source source-version [licences]`
pub(super) fn lines(inventory: &Inventory) -> Vec<String> {
    let line = |p: &qlrf_core::package::Package| {
        let licenses = p.licenses.join(", ");
        let Ecosystem(ecosystem) = &p.ecosystem;
        format!(
            "{ecosystem} {} {} {} < {} {} [{licenses}]",
            p.name, p.version, p.arch, p.source_name, p.source_version
        )
    };
    inventory.packages.packages().iter().map(line).collect()
}
