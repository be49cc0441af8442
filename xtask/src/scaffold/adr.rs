//! An architecture decision record.

use anyhow::Result;

use super::{Kind, Plan, sentence};
use crate::repo::Repo;

pub const KIND: Kind = Kind {
    name: "adr",
    what: "a decision record, e.g. `new adr one_binary`",
    plan,
};

const FOLDER: &str = "docs/adr";

fn plan(repo: &Repo, name: &str) -> Result<Plan> {
    let number = next_number(&repo.list(FOLDER)?);
    let title = sentence(name);
    let file = format!("{number:04}-{}.md", name.replace('_', "-"));
    let text = format!(
        "# {number:04}. {title}\n\nStatus: proposed\n\n## Context\n\n\n## Decision\n\n\n## Consequences\n\n"
    );
    let index = format!("{FOLDER}/README.md");
    let row = format!("| [{number:04}]({file}) | {title} | proposed |\n");
    let list = repo.read(&index)?.trim_end().to_owned() + "\n" + &row;
    let path = format!("{FOLDER}/{file}");
    Ok(Plan {
        next: format!("write {path}; its status is decided in review"),
        writes: vec![(path, text), (index, list)],
    })
}

fn next_number(names: &[String]) -> usize {
    let numbers = names
        .iter()
        .filter_map(|name| name.split('-').next()?.parse::<usize>().ok());
    numbers.max().unwrap_or_default() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_next_number_and_a_row_of_the_index() {
        let folder = tempfile::tempdir().unwrap();
        let repo = Repo::at(folder.path());
        repo.write(
            "docs/adr/README.md",
            "| | | |\n|---|---|---|\n| [0009](0009-a.md) | A | accepted |\n",
        )
        .unwrap();
        repo.write("docs/adr/0009-a.md", "").unwrap();
        let plan = plan(&repo, "one_binary").unwrap();
        assert_eq!(plan.writes[0].0, "docs/adr/0010-one-binary.md");
        assert!(
            plan.writes[1]
                .1
                .ends_with("accepted |\n| [0010](0010-one-binary.md) | One binary | proposed |\n")
        );
    }
}
