//! From rules as they are written to rules that can be applied.

use std::collections::HashSet;

use qlrf_core::asset::Criticality;
use qlrf_core::contract::node::push_pointer;
use qlrf_core::mapping::Field;
use qlrf_core::normalise::LINK_BYTES_MAX;
use regex::Captures;

use super::pattern::Matcher;
use super::template::Template;
use super::{Conditions, Fact, Mapper, Rule, RuleSet, Seen, VALUE_CHARS_MAX};

/// What is wrong with a rule set, by JSON pointer into it.
#[derive(Debug)]
pub struct Mistake {
    pub pointer: String,
    pub code: &'static str,
    pub message: String,
    pub hint: Option<&'static str>,
}

#[derive(Debug)]
pub struct Compiled {
    pub name: String,
    conditions: Conditions,
    texts: Vec<(Fact, Matcher)>,
    labels: Vec<(String, Matcher)>,
    values: Vec<(Field, Template)>,
}

/// An asset fits; what the rule's regular expression found in it.
pub struct Fit<'a>(Option<Captures<'a>>);

pub fn compile(set: &RuleSet) -> Result<Mapper, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let mut names = HashSet::new();
    let mut rules = Vec::with_capacity(set.rules.len());
    for (index, rule) in set.rules.iter().enumerate() {
        let mut reader = Reader {
            path: format!("/rules/{index}"),
            mistakes: &mut mistakes,
        };
        if !names.insert(&rule.name) {
            let message = format!("there is another rule \"{}\"", rule.name);
            reader.report(
                &["name"],
                "duplicate_name",
                message,
                Some("names are shown as proof: each is one rule"),
            );
        }
        rules.push(reader.rule(rule));
    }
    match mistakes.is_empty() {
        true => Ok(Mapper { rules }),
        false => Err(mistakes),
    }
}

struct Reader<'a> {
    path: String,
    mistakes: &'a mut Vec<Mistake>,
}

impl Reader<'_> {
    fn rule(&mut self, rule: &Rule) -> Compiled {
        let mut texts = Vec::new();
        for (fact, pattern) in &rule.when.texts {
            match Matcher::new(pattern) {
                Ok(matcher) => texts.push((*fact, matcher)),
                Err(reason) => self.bad_regex(&["when", fact.name()], reason),
            }
        }
        let mut labels = Vec::new();
        for (key, pattern) in &rule.when.labels {
            match Matcher::new(pattern) {
                Ok(matcher) => labels.push((key.clone(), matcher)),
                Err(reason) => self.bad_regex(&["when", "labels", key], reason),
            }
        }
        let matchers = texts.iter().map(|(_, m)| m).chain(labels.iter().map(|(_, m)| m));
        let regexes: Vec<_> = matchers.filter_map(Matcher::regex).collect();
        if regexes.len() > 1 {
            let message = "a rule has at most one regular expression".to_owned();
            let hint = Some("its groups are what the values name; write the other conditions with * and ?");
            self.report(&["when"], "several_regexes", message, hint);
        }
        let mut values = Vec::new();
        for (field, text) in &rule.set {
            let place = ["set", field.name()];
            match Template::parse(text, regexes.first().copied()) {
                Ok(template) => {
                    self.check_fixed(*field, &template, &place);
                    values.push((*field, template));
                }
                Err(message) => self.report(&place, "value_unclear", message, Some(
                    "write a group of the rule's regular expression such as ${1}, ${label:KEY}, or a fact such as ${account}",
                )),
            }
        }
        if rule.set.is_empty() {
            let message = "the rule sets nothing".to_owned();
            self.report(
                &["set"],
                "sets_nothing",
                message,
                Some("give at least one field a value"),
            );
        }
        Compiled {
            name: rule.name.clone(),
            conditions: rule.when.clone(),
            texts,
            labels,
            values,
        }
    }

    /// A value that no asset can change is wrong for all of them.
    fn check_fixed(&mut self, field: Field, template: &Template, place: &[&str]) {
        let Some(fixed) = template.fixed() else { return };
        if taken(field, &fixed).is_none() {
            let (message, hint) = match field {
                Field::Criticality => ("this is no criticality", "low, medium, high or critical"),
                _ => ("this is no value", "1 to 256 printable characters"),
            };
            self.report(place, "value_unclear", message.to_owned(), Some(hint));
        }
    }

    fn bad_regex(&mut self, place: &[&str], reason: String) {
        let message = format!("the regular expression cannot be used: {reason}");
        let hint = "it has no look-around and no back-references; groups are (…) and (?<name>…)";
        self.report(place, "bad_regex", message, Some(hint));
    }

    fn report(&mut self, place: &[&str], code: &'static str, message: String, hint: Option<&'static str>) {
        let mut pointer = self.path.clone();
        for token in place {
            push_pointer(&mut pointer, token);
        }
        self.mistakes.push(Mistake {
            pointer,
            code,
            message,
            hint,
        });
    }
}

impl Compiled {
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        self.values.iter().map(|(field, _)| *field)
    }

    pub fn fit<'a>(&self, seen: Seen<'a>) -> Option<Fit<'a>> {
        let Conditions { platforms, kinds, .. } = &self.conditions;
        let fits = (platforms.is_empty() || platforms.contains(&seen.platform))
            && (kinds.is_empty() || seen.is_any(kinds));
        if !fits {
            return None;
        }
        let mut groups = None;
        for (fact, matcher) in &self.texts {
            groups = groups.or(matcher.fit(fact.of(seen)?)?);
        }
        for (key, matcher) in &self.labels {
            groups = groups.or(matcher.fit(seen.label(key)?)?);
        }
        Some(Fit(groups))
    }

    pub fn values(&self, seen: Seen<'_>, fit: &Fit<'_>) -> impl Iterator<Item = (Field, String)> {
        self.values.iter().filter_map(move |(field, template)| {
            let value = template.render(seen, fit.0.as_ref())?;
            Some((*field, taken(*field, &value)?.to_owned()))
        })
    }
}

/// The value as it is stored; `None` when it is none.
fn taken(field: Field, value: &str) -> Option<&str> {
    let value = value.trim();
    let length = value.chars().count();
    let printable = (1..=VALUE_CHARS_MAX).contains(&length) && !value.chars().any(char::is_control);
    let fits = match field {
        Field::Criticality => Criticality::parse(value).is_some(),
        // Part of an index key.
        Field::ImageFamily => value.len() <= LINK_BYTES_MAX,
        _ => true,
    };
    (printable && fits).then_some(value)
}
