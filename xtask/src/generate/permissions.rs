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
    text.push('\n');
    for permission in Permission::ALL {
        let _ = write!(text, "{:width$}", permission.name());
        for role in Role::ALL {
            let mark = if role.may(*permission) { "yes" } else { "-" };
            let _ = write!(text, "  {mark:<column$}", column = role.name().len());
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
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
            table.lines().skip(1).all(|row| row.ends_with("yes")),
            "admin is the last column"
        );
        assert!(
            table
                .lines()
                .any(|row| row.starts_with("token:manage") && row.matches("yes").count() == 1)
        );
    }
}
