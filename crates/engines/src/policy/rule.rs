//! What one rule answered, as denials.

use qlrf_core::policy::{Cause, Denial, Source};
use regorus::Value;

use super::machine::{Failure, limit};

/// Of one rule; a person reads them. The others are counted.
pub const DENIALS_MAX: usize = 20;
/// Of a reason, and of a remedy.
const TEXT_CHARS_MAX: usize = 1_000;

/// A rule gives a set of `{"reason": …, "remedy": …}`. An empty one denies nothing, and everything else denies.
pub(super) fn denials(source: Source, rule: &str, answer: Result<Value, Failure>) -> Vec<Denial> {
    let denial = |cause: Cause, reason: String, remedy: &str| Denial {
        source,
        rule: rule.to_owned(),
        cause,
        reason,
        remedy: remedy.to_owned(),
    };
    const REPAIR: &str = "whoever wrote the rule has to correct it";
    match answer {
        Err(Failure::Limit) => {
            let reason = format!("the rule took {}", limit());
            vec![denial(Cause::Limit, reason, REPAIR)]
        }
        Err(Failure::Error(error)) => {
            let reason = format!("the rule ended with an error: {}", brief(&error));
            vec![denial(Cause::Failed, reason, REPAIR)]
        }
        Ok(Value::Undefined) => {
            vec![denial(
                Cause::Undefined,
                "the rule has no value".to_owned(),
                REPAIR,
            )]
        }
        Ok(value) => match texts(&value) {
            Some(texts) => {
                let more = texts.len().saturating_sub(DENIALS_MAX);
                let more = (more > 0).then(|| {
                    let reason = format!("the rule denies it for {more} more reasons");
                    denial(
                        Cause::Rule,
                        reason,
                        "follow the remedies that are listed, and ask again",
                    )
                });
                let listed = texts.into_iter().take(DENIALS_MAX);
                listed
                    .map(|(reason, remedy)| denial(Cause::Rule, reason.to_owned(), remedy))
                    .chain(more)
                    .collect()
            }
            None => {
                let reason = "the rule does not give a set of objects with a `reason` and a `remedy`";
                vec![denial(Cause::Shape, reason.to_owned(), REPAIR)]
            }
        },
    }
}

fn texts(value: &Value) -> Option<Vec<(&str, &str)>> {
    let Value::Set(set) = value else { return None };
    set.iter().map(reason_and_remedy).collect()
}

fn reason_and_remedy(item: &Value) -> Option<(&str, &str)> {
    let Value::Object(object) = item else { return None };
    let text = |key: &str| match object.get(&Value::from(key))? {
        Value::String(text) if !text.is_empty() && text.chars().nth(TEXT_CHARS_MAX).is_none() => {
            Some(&text[..])
        }
        _ => None,
    };
    match object.len() {
        2 => Some((text("reason")?, text("remedy")?)),
        _ => None,
    }
}

/// The interpreter draws the place over several lines; the last says what is wrong.
fn brief(error: &str) -> String {
    let place = error.lines().find_map(|line| line.trim().strip_prefix("--> "));
    let last = error.lines().rev().find(|line| !line.trim().is_empty());
    let what = last.unwrap_or_default().trim().trim_start_matches("error: ");
    let text = match place {
        Some(place) => format!("{what} ({place})"),
        None => what.to_owned(),
    };
    text.chars().take(TEXT_CHARS_MAX / 2).collect()
}
