//! `docs/generated/permissions.txt`: who may do what, for people who do not read code.

use std::fmt::Write;

use anyhow::Result;
use qlrf_core::perm::{Permission, Role};

use super::Files;
use crate::repo::Repo;

pub fn generate(_: &Repo) -> Result<Files> {
    Ok(Files::from([(
        "docs/generated/permissions.txt".to_owned(),
        table(),
    )]))
}

fn table() -> String {
    let width = Permission::ALL
        .iter()
        .map(|permission| permission.name().len())
        .max()
        .unwrap_or_default();
    let mut text = format!("{:width$}", "permission");
    for role in Role::ALL {
        let _ = write!(text, "  {}", role.name());
    }
    text.push_str("  installation\n");
    for permission in Permission::ALL {
        let _ = write!(text, "{:width$}", permission.name());
        for role in Role::ALL {
            let mark = if role.may(*permission) { "yes" } else { "-" };
            let _ = write!(text, "  {mark:<column$}", column = role.name().len());
        }
        let installation = if permission.is_of_installation() {
            "needed"
        } else {
            "-"
        };
        let _ = writeln!(text, "  {installation}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_for_each_permission_and_admin_holds_all() {
        let table = table();
        assert_eq!(table.lines().count(), Permission::ALL.len() + 1);
        assert!(
            table
                .lines()
                .skip(1)
                .all(|row| row.split_whitespace().rev().nth(1) == Some("yes")),
            "admin is the last role"
        );
        assert!(
            table
                .lines()
                .any(|row| row.starts_with("token:manage") && row.matches("yes").count() == 1)
        );
    }
}
