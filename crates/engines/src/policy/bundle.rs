//! A bundle: modules of Rego, one rule to a file, with the tests that were passed before it may decide anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use qlrf_core::digest::{Digest, Hasher};
use qlrf_core::policy::{Cause, Denial, Source};
use regorus::{Engine, Value};

use super::baseline::LIBRARY;
use super::input::Input;
use super::machine::{Budget, Failure, apart, engine, evaluate, limit};
use super::rule::denials;

pub const MODULES_MAX: usize = 100;
pub const MODULE_BYTES_MAX: usize = 64 << 10;
/// Of all modules together.
pub const BUNDLE_BYTES_MAX: usize = 512 << 10;
pub const PATH_MAX: usize = 100;
/// Names that have a value, helpers and tests included: one may rest on another, and that one on a third.
pub const RULES_MAX: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// `freeze.rego`; a test ends with `_test.rego`.
    pub path: String,
    pub text: String,
}

/// What is wrong with a bundle, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub path: String,
    /// From 1; 0 for the file as a whole.
    pub line: u32,
    pub column: u32,
    /// Stable; listed in `docs/policies.md`.
    pub code: &'static str,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}:{}:{}: {}",
            self.path, self.line, self.column, self.message
        )
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The last word of its package, and the name of its file.
    pub name: String,
    pub path: String,
    /// What its author wrote above it.
    pub description: String,
    pub text: String,
    pub tests: u32,
}

/// Compiled, and tested.
pub struct Bundle {
    pub source: Source,
    /// Of paths and texts.
    pub digest: Digest,
    pub rules: Vec<Rule>,
    engine: Engine,
}

impl Bundle {
    /// # Errors
    /// Every problem that was found, by file and line; never an empty list.
    pub fn compile(source: Source, mut modules: Vec<Module>) -> Result<Bundle, Vec<Problem>> {
        modules.sort_by(|a, b| a.path.cmp(&b.path));
        let problems = bounds(&modules);
        if !problems.is_empty() {
            return Err(problems);
        }
        let built = apart(|| build(source, &modules));
        built.unwrap_or_else(|failure| Err(vec![located(&modules[0].path, "unreadable", &failure)]))
    }

    /// Rules have an answer to a plan that nobody made: a function that is not there, or a result of another shape, is found
    /// before the first decision. Called where the stack is deep enough.
    fn try_out(&self, modules: &[Module]) -> Vec<Problem> {
        let input = serde_json::to_string(&Input::sample()).expect("an input holds text, numbers and lists");
        let broken = self
            .answers(&input)
            .into_iter()
            .filter(|denial| denial.cause != Cause::Rule);
        let problem = |denial: Denial| {
            let module = modules
                .iter()
                .find(|module| module.path.trim_end_matches(".rego") == denial.rule);
            module.map(|module| at(module, "deny", "no_answer", denial.reason))
        };
        broken.filter_map(problem).collect()
    }

    /// What its rules say of an input in JSON.
    pub(super) fn ask(&self, input: &str) -> Vec<Denial> {
        let asked = apart(|| self.answers(input));
        asked.unwrap_or_else(|failure| {
            let broken = |rule: &Rule| denials(self.source, &rule.name, Err(failure.clone()));
            self.rules.iter().flat_map(broken).collect()
        })
    }

    fn answers(&self, input: &str) -> Vec<Denial> {
        let mut engine = self.engine.clone();
        let set = engine.set_input_json(input);
        let set = set.map_err(|error| Failure::Error(format!("{error:#}")));
        let budget = Budget::of_a_bundle();
        let mut found = Vec::new();
        for rule in &self.rules {
            let path = format!("{}.{}.deny", package(self.source), rule.name);
            let value = set.clone().and_then(|()| evaluate(&mut engine, &path, &budget));
            found.extend(denials(self.source, &rule.name, value));
        }
        found
    }
}

/// Below which every package of a bundle stands.
fn package(source: Source) -> &'static str {
    match source {
        Source::Baseline => "data.qlrf.baseline",
        Source::Organisation => "data.qlrf.organisation",
    }
}

fn bounds(modules: &[Module]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report = |path: &str, code, message: String| {
        problems.push(Problem {
            path: path.chars().take(PATH_MAX).collect(),
            line: 0,
            column: 0,
            code,
            message,
        });
    };
    let bytes: usize = modules.iter().map(|module| module.text.len()).sum();
    match modules.len() {
        0 => report("", "empty_bundle", "a bundle has at least one rule".to_owned()),
        many if many > MODULES_MAX => {
            let message = format!("{many} modules, more than the {MODULES_MAX} of a bundle");
            report("", "bundle_too_large", message);
        }
        _ if bytes > BUNDLE_BYTES_MAX => {
            let message = format!("{bytes} bytes, more than the {BUNDLE_BYTES_MAX} of a bundle");
            report("", "bundle_too_large", message);
        }
        _ => {}
    }
    for module in modules.iter().take(MODULES_MAX) {
        if !is_path(&module.path) {
            let message = "a module is named as in \"change_freeze.rego\": small letters, digits and _";
            report(&module.path, "bad_path", message.to_owned());
        }
        if module.text.len() > MODULE_BYTES_MAX {
            let message = format!(
                "{} bytes, more than the {MODULE_BYTES_MAX} of a module",
                module.text.len()
            );
            report(&module.path, "bundle_too_large", message);
        }
    }
    let twice = modules.windows(2).filter(|two| two[0].path == two[1].path);
    for two in twice {
        report(&two[0].path, "bad_path", "two modules have this name".to_owned());
    }
    problems
}

fn is_path(path: &str) -> bool {
    path.len() <= PATH_MAX && path.strip_suffix(".rego").is_some_and(is_name)
}

fn is_name(name: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.bytes()
        .next()
        .is_some_and(|first| first.is_ascii_lowercase())
        && name.bytes().all(sound)
}

fn build(source: Source, modules: &[Module]) -> Result<Bundle, Vec<Problem>> {
    let mut engine = read(source, modules)?;
    let declared = declared(source, modules, &mut engine)?;
    let mut problems = Vec::new();
    let mut rules = Vec::new();
    let (tests, sources): (Vec<&Module>, Vec<&Module>) = modules
        .iter()
        .partition(|module| module.path.ends_with("_test.rego"));
    for module in sources {
        let name = module.path.trim_end_matches(".rego");
        let own = declared.get(name);
        if own.is_none_or(|own| !own.contains("deny")) {
            let message = "the module has no rule `deny`".to_owned();
            problems.push(at(module, "package", "no_rule", message));
        }
        let beside = declared.get(&format!("{name}_test")).into_iter().flatten();
        let count = beside.filter(|rule| rule.starts_with("test_")).count();
        if count == 0 {
            let message = format!("the rule has no test; write `test_…` rules into {name}_test.rego");
            problems.push(at(module, "package", "untested", message));
        }
        rules.push(Rule {
            name: name.to_owned(),
            path: module.path.clone(),
            description: description(&module.text),
            text: module.text.clone(),
            tests: u32::try_from(count).unwrap_or(u32::MAX),
        });
    }
    if rules.is_empty() {
        problems.push(at(
            &modules[0],
            "package",
            "empty_bundle",
            "a bundle has at least one rule".to_owned(),
        ));
    }
    if problems.is_empty() {
        problems = run_tests(source, &tests, &declared, &engine);
    }
    let bundle = Bundle {
        source,
        digest: digest(modules),
        rules,
        engine,
    };
    if problems.is_empty() {
        problems = bundle.try_out(modules);
    }
    match problems.is_empty() {
        true => Ok(bundle),
        false => Err(problems),
    }
}

/// Each module in the package that its name says.
fn read(source: Source, modules: &[Module]) -> Result<Engine, Vec<Problem>> {
    let mut engine = engine();
    let library = engine.add_policy(LIBRARY.0.to_owned(), LIBRARY.1.to_owned());
    library.expect("the library is tested with the program");
    let mut problems = Vec::new();
    for module in modules {
        let name = module.path.trim_end_matches(".rego");
        let wanted = format!("{}.{name}", package(source));
        match engine.add_policy(module.path.clone(), module.text.clone()) {
            Err(error) => {
                let failure = Failure::Error(format!("{error:#}"));
                problems.push(located(&module.path, "unreadable", &failure));
            }
            Ok(found) if found != wanted => {
                let message = format!("the package is \"{found}\", and in this file it is \"{wanted}\"");
                problems.push(at(module, "package", "bad_package", message.replace("data.", "")));
            }
            Ok(_) => {}
        }
    }
    match problems.is_empty() {
        true => Ok(engine),
        false => Err(problems),
    }
}

/// The names that have a value, by package. What stands elsewhere than its package says is told: it would never be asked.
fn declared(
    source: Source,
    modules: &[Module],
    engine: &mut Engine,
) -> Result<BTreeMap<String, BTreeSet<String>>, Vec<Problem>> {
    let first = &modules[0];
    let compiled = engine.compile_with_entrypoint(&"data.qlrf.lib.changes".into());
    let compiled = compiled.map_err(|error| {
        let failure = Failure::Error(format!("{error:#}"));
        vec![located(&first.path, "unreadable", &failure)]
    })?;
    let mut declared = BTreeMap::<String, BTreeSet<String>>::new();
    let mut count = 0;
    for path in compiled.get_rules().keys() {
        if path.starts_with("data.qlrf.lib.") {
            continue;
        }
        count += 1;
        let below = path
            .strip_prefix(package(source))
            .and_then(|rest| rest.strip_prefix('.'));
        match below.and_then(|below| below.split_once('.')) {
            Some((name, rule)) if is_name(name) => {
                declared
                    .entry(name.to_owned())
                    .or_default()
                    .insert(rule.to_owned());
            }
            _ => {
                let message = format!("\"{path}\" is in no package of this bundle");
                return Err(vec![at(first, "package", "bad_package", message)]);
            }
        }
    }
    if count > RULES_MAX {
        let message = format!("{count} names have a value, more than the {RULES_MAX} of a bundle");
        return Err(vec![at(first, "package", "bundle_too_large", message)]);
    }
    Ok(declared)
}

fn run_tests(
    source: Source,
    tests: &[&Module],
    declared: &BTreeMap<String, BTreeSet<String>>,
    engine: &Engine,
) -> Vec<Problem> {
    let budget = Budget::of_a_bundle();
    let mut problems = Vec::new();
    for module in tests {
        let name = module.path.trim_end_matches(".rego");
        let rules = declared.get(name).into_iter().flatten();
        for rule in rules.filter(|rule| rule.starts_with("test_")) {
            let path = format!("{}.{name}.{rule}", package(source));
            let message = match evaluate(&mut engine.clone(), &path, &budget) {
                Ok(Value::Bool(true)) => continue,
                Ok(_) => format!("`{rule}` is not true"),
                Err(Failure::Limit) => format!("`{rule}` takes {}", limit()),
                Err(Failure::Error(error)) => format!("`{rule}` ends with an error: {}", last_line(&error)),
            };
            problems.push(at(module, rule, "test_failed", message));
        }
    }
    problems
}

/// The comment at its top.
fn description(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix('#'));
    lines
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ")
        .trim()
        .to_owned()
}

fn digest(modules: &[Module]) -> Digest {
    let mut hasher = Hasher::new("policy bundle");
    for module in modules {
        hasher.field(module.path.as_bytes());
        hasher.field(module.text.as_bytes());
    }
    hasher.finish()
}

/// At the first line that begins with a word.
fn at(module: &Module, word: &str, code: &'static str, message: String) -> Problem {
    let line = module.text.lines().position(|line| line.starts_with(word));
    let line = line.map_or(0, |line| u32::try_from(line + 1).unwrap_or(u32::MAX));
    Problem {
        path: module.path.clone(),
        line,
        column: u32::from(line > 0),
        code,
        message,
    }
}

/// The interpreter writes `--> freeze.rego:3:7`, the line itself, and `error: …` below it.
fn located(path: &str, code: &'static str, failure: &Failure) -> Problem {
    let text = match failure {
        Failure::Error(text) => text.clone(),
        Failure::Limit => format!("it takes {}", limit()),
    };
    let place = text.lines().find_map(|line| {
        let (found, place) = line.trim().strip_prefix("--> ")?.split_once(':')?;
        let (line, column) = place.split_once(':')?;
        Some((found.to_owned(), line.parse().ok()?, column.parse().ok()?))
    });
    let (path, line, column) = place.unwrap_or((path.to_owned(), 0, 0));
    Problem {
        path,
        line,
        column,
        code,
        message: last_line(&text),
    }
}

fn last_line(text: &str) -> String {
    let line = text.lines().rev().find(|line| !line.trim().is_empty());
    let line = line.unwrap_or("it cannot be read").trim();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
