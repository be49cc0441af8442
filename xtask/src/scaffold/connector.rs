//! An inventory connector.

use anyhow::Result;

use super::{Kind, Plan, edit, ensure_new, sentence};
use crate::repo::Repo;

pub const KIND: Kind = Kind {
    name: "connector",
    what: "an inventory connector, e.g. `new connector aws`",
    plan,
};

const FOLDER: &str = "crates/connectors/src/inventory";
const TEMPLATE: &str = include_str!("connector.rs.txt");

fn plan(repo: &Repo, name: &str) -> Result<Plan> {
    let file = format!("{FOLDER}/{name}.rs");
    ensure_new(repo, &file)?;
    let list = format!("{FOLDER}/mod.rs");
    let source = edit::add_module(&repo.read(&list)?, name)?;
    let source = edit::add_entry(&source, "KINDS", &format!("{name}::KIND"))?;
    let text = TEMPLATE
        .replace("@name@", name)
        .replace("@title@", &sentence(name));
    Ok(Plan {
        next: format!(
            "write {file} until `cargo nextest run -p qlrf-connectors inventory::{name}` is green; \
             then `cargo fmt` and docs/adding/connector.md"
        ),
        writes: vec![(file, text), (list, source)],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_the_file_and_its_line_in_the_real_list() {
        let plan = plan(&Repo::here(), "neverland").unwrap();
        assert_eq!(plan.writes[0].0, "crates/connectors/src/inventory/neverland.rs");
        assert!(plan.writes[0].1.contains("name: \"neverland\"") && !plan.writes[0].1.contains('@'));
        let list = &plan.writes[1].1;
        assert!(list.contains("mod neverland;") && list.contains("neverland::KIND"));
    }
}
