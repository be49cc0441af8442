//! What a declaration may say.

use qlrf_core::error::{Error, ErrorKind, Result};
use qlrf_store::{TenantTx, part as store};

use super::Spec;

/// As long as what mapping rules may set.
const NAME_CHARS_MAX: usize = 256;
const TEXT_CHARS_MAX: usize = 200;
const DESCRIPTION_CHARS_MAX: usize = 2_000;

pub async fn spec<S: Spec>(tx: &mut TenantTx, spec: &S) -> Result<()> {
    name(spec.name())?;
    for (field, text) in spec.texts() {
        let most = if field == "description" {
            DESCRIPTION_CHARS_MAX
        } else {
            TEXT_CHARS_MAX
        };
        let Some(text) = text else { continue };
        if !is_printable(text, most) {
            return Err(invalid(
                field,
                format!("the {field} is 1 to {most} printable characters"),
            ));
        }
    }
    match spec.time_zone() {
        Some(zone) if !is_printable(zone, TEXT_CHARS_MAX) || !store::is_time_zone(tx, zone).await? => {
            Err(invalid(
                "time_zone",
                "the time zone is none of the IANA database".to_owned(),
            )
            .hint("write it as in \"Europe/Amsterdam\""))
        }
        _ => Ok(()),
    }
}

fn name(name: &str) -> Result<()> {
    let reason = if !is_printable(name, NAME_CHARS_MAX) {
        format!("a name is 1 to {NAME_CHARS_MAX} printable characters")
    } else if name.trim() != name {
        "a name neither begins nor ends with a blank".to_owned()
    } else if name == "unknown" {
        "\"unknown\" stands for assets of which it is not known".to_owned()
    } else if [".", ".."].contains(&name) {
        "a name of dots alone has no address".to_owned()
    } else {
        return Ok(());
    };
    Err(invalid("name", reason).hint("where assets carry such a word, let a mapping rule give them another"))
}

fn is_printable(text: &str, most: usize) -> bool {
    let length = text.chars().count();
    length > 0 && length <= most && !text.trim().is_empty() && !text.chars().any(char::is_control)
}

fn invalid(field: &str, reason: String) -> Error {
    Error::new(ErrorKind::Invalid, "invalid_declaration", reason.clone()).at(field, reason)
}
