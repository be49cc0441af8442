//! What cargo says of the workspace and of everything that it builds.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::repo::Repo;

pub struct Metadata {
    pub packages: BTreeMap<String, Package>,
    pub members: BTreeSet<String>,
}

pub struct Package {
    pub name: String,
    pub version: String,
    pub license: Option<String>,
    /// Ids of what it builds against, without dev-dependencies.
    pub builds_on: BTreeSet<String>,
    /// Like `builds_on`, without build-dependencies: what ends up in the program.
    pub links: BTreeSet<String>,
    /// Names of its declared dependencies inside the workspace, with the kind: `None`, `dev` or `build`.
    pub workspace_deps: Vec<(String, Option<String>)>,
}

impl Metadata {
    /// For Linux on this processor: other platforms' packages are not downloaded and not judged.
    pub fn load(repo: &Repo) -> Result<Metadata> {
        let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        let output = Command::new("cargo")
            .args([
                "metadata",
                "--format-version",
                "1",
                "--locked",
                "--filter-platform",
                &platform,
            ])
            .current_dir(repo.root())
            .output()
            .context("running cargo metadata")?;
        ensure!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        parse(&serde_json::from_slice(&output.stdout)?)
    }

    pub fn member(&self, name: &str) -> Option<(&String, &Package)> {
        self.packages
            .iter()
            .find(|(id, package)| package.name == name && self.members.contains(*id))
    }

    /// Everything reachable from one member along `edges`, itself left out.
    pub fn reach(&self, member: &str, edges: fn(&Package) -> &BTreeSet<String>) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = self
            .member(member)
            .map(|(id, _)| id.as_str())
            .into_iter()
            .collect();
        while let Some(id) = open.pop() {
            for next in edges(&self.packages[id]) {
                if seen.insert(next.as_str()) {
                    open.push(next);
                }
            }
        }
        seen
    }
}

/// Names of what a member links when it is built by itself, without the features that other members ask for.
pub fn links_alone(repo: &Repo, member: &str) -> Result<BTreeSet<String>> {
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new("cargo")
        .args([
            "tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}",
        ])
        .args(["--target", &platform, "--package", member])
        .current_dir(repo.root())
        .output()
        .context("running cargo tree")?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let lines = String::from_utf8(output.stdout).context("what cargo tree prints")?;
    let names = lines.lines().filter_map(|line| line.split(' ').next());
    Ok(names.map(str::to_owned).collect())
}

fn parse(metadata: &Value) -> Result<Metadata> {
    let members: BTreeSet<String> = strings(&metadata["workspace_members"]);
    let names: BTreeSet<&str> = array(&metadata["packages"])
        .filter(|package| package["id"].as_str().is_some_and(|id| members.contains(id)))
        .filter_map(|package| package["name"].as_str())
        .collect();
    let mut packages = BTreeMap::new();
    for package in array(&metadata["packages"]) {
        let id = package["id"]
            .as_str()
            .context("a package without an id")?
            .to_owned();
        let workspace_deps = array(&package["dependencies"])
            .filter(|dependency| dependency["path"].is_string())
            .filter_map(|dependency| {
                let name = dependency["name"].as_str().filter(|name| names.contains(name))?;
                Some((name.to_owned(), dependency["kind"].as_str().map(str::to_owned)))
            })
            .collect();
        packages.insert(
            id,
            Package {
                name: text(&package["name"]),
                version: text(&package["version"]),
                license: package["license"].as_str().map(str::to_owned),
                builds_on: BTreeSet::new(),
                links: BTreeSet::new(),
                workspace_deps,
            },
        );
    }
    for node in array(&metadata["resolve"]["nodes"]) {
        let package = packages
            .get_mut(&text(&node["id"]))
            .context("a resolved package that is not listed")?;
        for dependency in array(&node["deps"]) {
            let kinds = || array(&dependency["dep_kinds"]).map(|kind| kind["kind"].as_str());
            if kinds().any(|kind| kind != Some("dev")) {
                package.builds_on.insert(text(&dependency["pkg"]));
            }
            if kinds().any(|kind| kind.is_none()) {
                package.links.insert(text(&dependency["pkg"]));
            }
        }
    }
    Ok(Metadata { packages, members })
}

fn array(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn strings(value: &Value) -> BTreeSet<String> {
    array(value).map(text).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
