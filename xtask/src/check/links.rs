//! Relative links in the documents lead somewhere.

use anyhow::Result;

use super::{Findings, Rule};
use crate::repo::Repo;

pub const RULE: Rule = Rule {
    name: "links",
    why: "a reader who follows a dead link stops trusting the rest of the page",
    run,
};

fn run(repo: &Repo) -> Result<Findings> {
    let mut findings = Findings::default();
    for file in repo
        .files()?
        .into_iter()
        .filter(|file| file.ends_with(".md") && !file.contains("testdata/"))
    {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        for target in targets(&repo.read(&file)?) {
            if !repo.path(folder).join(&target).exists() {
                findings.problem(format!("\"{file}\" links to \"{target}\", which is not there"));
            }
        }
    }
    Ok(findings)
}

/// Targets of inline links, without fragments; links to other sites and inside the page are left out.
fn targets(markdown: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut in_code = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for rest in line.split("](").skip(1) {
            let Some(target) = rest.split(')').next() else {
                continue;
            };
            let path = target.split('#').next().unwrap_or_default();
            if !path.is_empty() && !path.contains("://") && !path.starts_with("mailto:") {
                found.push(path.to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_relative_links_outside_code() {
        let page =
            "[a](docs/a.md#part) [b](https://example.org/x) [c](#here)\n```\n[d](gone.md)\n```\n[e](e.md)";
        assert_eq!(targets(page), ["docs/a.md", "e.md"]);
    }
}
