//! Values with parts that come from the asset: `${1}`, `${site}`, `${label:Environment}`.

use regex::{Captures, Regex};

use super::{Fact, Seen};

/// One value that a rule sets, read.
#[derive(Debug)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Group(usize),
    Label(String),
    Fact(Fact),
}

impl Template {
    /// `regex` is that of the rule, for the groups that the text may name; a group goes before a fact of its name.
    pub fn parse(text: &str, regex: Option<&Regex>) -> Result<Template, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            parts.push(Part::Text(rest[..at].to_owned()));
            let inner = &rest[at + 2..];
            let end = inner
                .find('}')
                .ok_or_else(|| "\"${\" is not closed with \"}\"".to_owned())?;
            parts.push(part(&inner[..end], regex)?);
            rest = &inner[end + 1..];
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Template { parts })
    }

    /// What it is as long as nothing of it comes from the asset.
    pub fn fixed(&self) -> Option<String> {
        let texts = self.parts.iter().map(|part| match part {
            Part::Text(text) => Some(&text[..]),
            _ => None,
        });
        texts.collect()
    }

    /// `None` when a part of it has no value on this asset: half a name would be another name.
    pub fn render(&self, seen: Seen<'_>, groups: Option<&Captures<'_>>) -> Option<String> {
        let mut out = String::new();
        for part in &self.parts {
            out.push_str(match part {
                Part::Text(text) => text,
                Part::Group(index) => groups?.get(*index)?.as_str(),
                Part::Label(key) => seen.label(key)?,
                Part::Fact(fact) => fact.of(seen)?,
            });
        }
        Some(out)
    }
}

fn part(name: &str, regex: Option<&Regex>) -> Result<Part, String> {
    if let Some(key) = name.strip_prefix("label:") {
        return match key.is_empty() {
            true => Err("\"${label:}\" names no label".to_owned()),
            false => Ok(Part::Label(key.to_owned())),
        };
    }
    let group = match name.parse::<usize>() {
        Ok(number) => regex.and_then(|regex| (number < regex.captures_len()).then_some(number)),
        Err(_) => regex.and_then(|regex| regex.capture_names().position(|known| known == Some(name))),
    };
    let fact = Fact::ALL.into_iter().find(|fact| fact.name() == name);
    match (group, fact) {
        (Some(group), _) => Ok(Part::Group(group)),
        (None, Some(fact)) => Ok(Part::Fact(fact)),
        (None, None) => Err(format!(
            "\"${{{name}}}\" is neither a group of the rule's regular expression nor a fact"
        )),
    }
}
