//! States of a host's services, where systemd runs them: what two fixed commands print.

use std::collections::BTreeMap;

use serde::Deserialize;

pub const UNITS: &str = "systemctl list-units --type=service --all --output=json";
pub const UNIT_FILES: &str = "systemctl list-unit-files --type=service --output=json";

#[derive(Deserialize)]
struct Unit {
    unit: String,
    active: String,
}

#[derive(Deserialize)]
struct UnitFile {
    unit_file: String,
    state: String,
}

const SERVICES_MAX: usize = 10_000;

/// Unit name without `.service` → `running`, `stopped`, `disabled` or `failed`.
///
/// Only units that somebody can enable or disable: static ones are started by timers and sockets and come and go
/// without anybody changing anything, so they are not facts. `None` where the text is not JSON (systemd before 248).
pub fn merged(units: &str, files: &str) -> Option<BTreeMap<String, String>> {
    let units: Vec<Unit> = serde_json::from_str(units).ok()?;
    let files: Vec<UnitFile> = serde_json::from_str(files).ok()?;
    let active: BTreeMap<&str, &str> = units
        .iter()
        .map(|u| (u.unit.as_str(), u.active.as_str()))
        .collect();
    let state = |file: &UnitFile| {
        let name = file
            .unit_file
            .strip_suffix(".service")
            .filter(|name| !name.ends_with('@'))?;
        let starts = match file.state.as_str() {
            "enabled" | "enabled-runtime" => true,
            // `linked` is only made known to systemd, and `indirect` only names others that may be enabled.
            "disabled" | "masked" | "masked-runtime" | "linked" | "linked-runtime" | "indirect" => false,
            _ => return None,
        };
        let state = match (active.get(file.unit_file.as_str()).copied(), starts) {
            (Some("active" | "activating" | "reloading"), _) => "running",
            (Some("failed"), _) => "failed",
            (_, true) => "stopped",
            (_, false) => "disabled",
        };
        Some((name.to_owned(), state.to_owned()))
    };
    Some(files.iter().filter_map(state).take(SERVICES_MAX).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_their_files_make_one_state_each() {
        let units = r#"[{"unit":"ssh.service","load":"loaded","active":"active","sub":"running","description":"x"},
            {"unit":"cron.service","load":"loaded","active":"inactive","sub":"dead","description":"x"},
            {"unit":"apt-daily.service","load":"loaded","active":"activating","sub":"start","description":"x"},
            {"unit":"bad.service","load":"loaded","active":"failed","sub":"failed","description":"x"}]"#;
        let files = r#"[{"unit_file":"ssh.service","state":"enabled","preset":"enabled"},
            {"unit_file":"cron.service","state":"enabled","preset":"enabled"},
            {"unit_file":"apt-daily.service","state":"static","preset":null},
            {"unit_file":"getty@.service","state":"enabled","preset":"enabled"},
            {"unit_file":"bad.service","state":"disabled","preset":"enabled"},
            {"unit_file":"nfs.service","state":"masked","preset":"enabled"}]"#;
        let states = merged(units, files).unwrap();
        let shown: Vec<String> = states.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(
            shown,
            ["bad=failed", "cron=stopped", "nfs=disabled", "ssh=running"]
        );
    }

    /// Printed by `systemctl --root` of systemd 252 about units that were written for this.
    #[test]
    fn what_systemctl_says_of_unit_files_is_read() {
        let files = r#"[{"unit_file":"alias2.service","state":"alias","preset":null},{"unit_file":"four.service","state":"linked","preset":"enabled"},{"unit_file":"one.service","state":"enabled","preset":"enabled"},{"unit_file":"stat.service","state":"static","preset":null},{"unit_file":"three.service","state":"masked","preset":"enabled"},{"unit_file":"tmpl@.service","state":"disabled","preset":"enabled"},{"unit_file":"two.service","state":"indirect","preset":"enabled"}]"#;
        let shown = |units: &str| -> Vec<String> {
            let states = merged(units, files).unwrap();
            states
                .iter()
                .map(|(name, state)| format!("{name}={state}"))
                .collect()
        };
        assert_eq!(
            shown("[]"),
            ["four=disabled", "one=stopped", "three=disabled", "two=disabled"]
        );
        let active = r#"[{"unit":"two.service","active":"active"}]"#;
        assert_eq!(shown(active)[3], "two=running");
    }

    #[test]
    fn a_table_instead_of_json_is_unknown() {
        assert!(merged("UNIT LOAD ACTIVE SUB\n", "[]").is_none());
    }
}
