//! A database migration.

use anyhow::Result;

use super::{Kind, Plan};
use crate::repo::Repo;

pub const KIND: Kind = Kind {
    name: "migration",
    what: "a database migration, e.g. `new migration findings`",
    plan,
};

fn plan(repo: &Repo, name: &str) -> Result<Plan> {
    let count = repo
        .list("migrations")?
        .iter()
        .filter(|file| file.ends_with(".sql"))
        .count();
    let path = format!("migrations/{:04}_{name}.sql", count + 1);
    // Fails when it is run: an empty migration must not slip through as done.
    let text = "-- What changes, and why. Forward only: expand, move, contract in three releases; a statement that locks a\n\
                -- large table gets its own file. Tenant tables: `org_id uuid NOT NULL REFERENCES org`, then qlrf_protect.\n\
                SELECT 1 / 0;\n";
    Ok(Plan {
        next: format!("write {path}, then `cargo nextest run -p qlrf-store`"),
        writes: vec![(path, text.to_owned())],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_next_number() {
        let folder = tempfile::tempdir().unwrap();
        let repo = Repo::at(folder.path());
        repo.write("migrations/0001_init.sql", "").unwrap();
        repo.write("migrations/shipped.txt", "").unwrap();
        assert_eq!(
            plan(&repo, "facts").unwrap().writes[0].0,
            "migrations/0002_facts.sql"
        );
    }
}
