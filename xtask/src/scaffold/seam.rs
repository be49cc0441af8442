//! What connectors and feeds share: one file of a folder from a template, its `mod` line and its entry in `KINDS`.

use anyhow::Result;

use super::{Plan, edit, ensure_new, sentence};
use crate::repo::Repo;

pub struct Seam {
    /// Below `crates/connectors/src`.
    pub folder: &'static str,
    pub template: &'static str,
    pub manual: &'static str,
}

impl Seam {
    pub fn plan(&self, repo: &Repo, name: &str) -> Result<Plan> {
        let folder = self.folder;
        let file = format!("crates/connectors/src/{folder}/{name}.rs");
        ensure_new(repo, &file)?;
        let list = format!("crates/connectors/src/{folder}/mod.rs");
        let source = edit::add_module(&repo.read(&list)?, name)?;
        let source = edit::add_entry(&source, "KINDS", &format!("{name}::KIND"))?;
        let text = self
            .template
            .replace("@name@", name)
            .replace("@title@", &sentence(name));
        Ok(Plan {
            next: format!(
                "write {file} until `cargo nextest run --workspace -E 'test({folder}::{name})'` is green; \
                 then `cargo fmt` and {}",
                self.manual
            ),
            writes: vec![(file, text), (list, source)],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaffold::{connector, feed};

    #[test]
    fn plans_the_file_and_its_line_in_the_real_list() {
        for (kind, folder) in [(connector::KIND, "inventory"), (feed::KIND, "feed")] {
            let plan = (kind.plan)(&Repo::here(), "neverland").unwrap();
            let (file, text) = &plan.writes[0];
            assert_eq!(file, &format!("crates/connectors/src/{folder}/neverland.rs"));
            assert!(text.contains("name: \"neverland\"") && !text.contains('@'));
            let list = &plan.writes[1].1;
            assert!(list.contains("mod neverland;") && list.contains("neverland::KIND"));
        }
    }
}
