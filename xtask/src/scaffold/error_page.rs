//! The page of an error code.

use anyhow::Result;

use super::{Kind, Plan, ensure_new};
use crate::repo::Repo;

pub const KIND: Kind = Kind {
    name: "error",
    what: "the page of an error code, e.g. `new error feed_truncated`",
    plan,
};

fn plan(repo: &Repo, code: &str) -> Result<Plan> {
    let path = format!("docs/errors/{code}.md");
    ensure_new(repo, &path)?;
    let text = format!("# {code}\n\n## What happened\n\n\n## How to confirm it\n\n\n## What to do\n\n");
    Ok(Plan {
        next: format!("write {path} and return the code from the code"),
        writes: vec![(path, text)],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_page_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let repo = Repo::at(folder.path());
        assert_eq!(
            plan(&repo, "feed_truncated").unwrap().writes[0].0,
            "docs/errors/feed_truncated.md"
        );
        repo.write("docs/errors/feed_truncated.md", "written").unwrap();
        assert!(plan(&repo, "feed_truncated").is_err());
    }
}
