//! SPDX 2.3 JSON, <https://spdx.github.io/spdx-spec/v2.3/>.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;

use qlrf_core::asset::Os;
use qlrf_core::digest::Digest;
use qlrf_core::package::Package;
use qlrf_core::time::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use super::document::{
    Collector, Component, Document, DocumentError, TOOL, TOOL_VERSION, document_id, document_properties,
    is_version, package_id, package_properties, parse, timestamp,
};
use super::{Inventory, Problem, license, purl};

const DOCUMENT: &str = "SPDXRef-DOCUMENT";
const SUBJECT: &str = "SPDXRef-Subject";
const NO_ASSERTION: &str = "NOASSERTION";
const REFERENCE: &str = "LicenseRef-";

/// Writes one document. The same arguments give the same bytes.
pub fn write(inventory: &Inventory, name: &str, created: Timestamp, out: impl io::Write) -> io::Result<()> {
    let document = Spdx {
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        id: DOCUMENT,
        name,
        document_namespace: format!(
            "https://spdx.org/spdxdocs/{TOOL}-{}",
            document_id(inventory, name, created)
        ),
        creation_info: CreationInfo {
            created: timestamp(created),
            creators: [format!("Tool: {TOOL}-{TOOL_VERSION}")],
            comment: comment(document_properties(inventory)),
        },
        packages: Packages { inventory, name },
        has_extracted_licensing_infos: extracted(inventory),
        relationships: Relationships(inventory),
        annotations: incomplete(inventory, created),
    };
    serde_json::to_writer(out, &document).map_err(io::Error::from)
}

/// Reads a 2.x document of any tool; what it does not understand is a problem of the inventory.
pub fn read(bytes: &[u8]) -> Result<Document, DocumentError> {
    let document: In = parse(bytes)?;
    if !is_version(&document.spdx_version, "SPDX-2.") {
        return Err(DocumentError::UnknownVersion {
            format: "SPDX",
            version: document.spdx_version,
        });
    }
    let comment = document
        .creation_info
        .and_then(|info| info.comment)
        .unwrap_or_default();
    let texts: HashMap<String, String> = document
        .extracted
        .into_iter()
        .filter_map(|info| Some((info.id?, info.text?)))
        .collect();
    let os = document
        .packages
        .iter()
        .find(|package| package.purpose == "OPERATING-SYSTEM")
        .map(|package| Os {
            id: package.name.clone(),
            version: package.version.clone().unwrap_or_default(),
            ..Os::default()
        });
    let mut collector = Collector::new(&properties(&comment), os);
    for package in document.packages {
        // What a document describes is not a package in it.
        let is_subject = package.purl().is_none()
            && (package.id == SUBJECT
                || matches!(package.purpose.as_str(), "OPERATING-SYSTEM" | "CONTAINER"));
        if !is_subject {
            collector.add(&package.component(&texts));
        }
    }
    Ok(collector.finish(document.name))
}

/// SPDX 2.3 has no properties: they are lines of a comment. Values never contain a line break.
fn comment<'a>(properties: impl IntoIterator<Item = (&'static str, impl AsRef<str> + 'a)>) -> String {
    let mut out = String::new();
    for (name, value) in properties {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(name);
        out.push('=');
        out.push_str(&one_line(value.as_ref()));
    }
    out
}

fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

fn properties(comment: &str) -> Vec<(String, String)> {
    let pairs = comment.split('\n').filter_map(|line| line.split_once('='));
    pairs
        .filter(|(name, _)| name.starts_with("qlrf:"))
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spdx<'a> {
    spdx_version: &'static str,
    data_license: &'static str,
    #[serde(rename = "SPDXID")]
    id: &'static str,
    name: &'a str,
    document_namespace: String,
    creation_info: CreationInfo,
    packages: Packages<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    has_extracted_licensing_infos: Vec<Extracted<'a>>,
    relationships: Relationships<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    annotations: Vec<Annotation>,
}

/// What is known to be missing; nothing is claimed of databases that were read whole.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Annotation {
    annotation_date: String,
    annotation_type: &'static str,
    annotator: String,
    comment: String,
}

fn incomplete(inventory: &Inventory, created: Timestamp) -> Vec<Annotation> {
    let problems = inventory
        .problems
        .iter()
        .filter(|problem| problem.stops_reading());
    let annotation = |problem: &Problem| Annotation {
        annotation_date: timestamp(created),
        annotation_type: "OTHER",
        annotator: format!("Tool: {TOOL}-{TOOL_VERSION}"),
        comment: format!(
            "incomplete: a package database was not read whole, and more may be installed: {}",
            one_line(&problem.words())
        ),
    };
    problems.map(annotation).collect()
}

#[derive(Serialize)]
struct CreationInfo {
    created: String,
    creators: [String; 1],
    #[serde(skip_serializing_if = "String::is_empty")]
    comment: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Extracted<'a> {
    license_id: String,
    extracted_text: &'a str,
    name: &'a str,
}

/// The subject, then packages one by one.
struct Packages<'a> {
    inventory: &'a Inventory,
    name: &'a str,
}

impl Serialize for Packages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let subject = Entry {
            name: self.name,
            id: SUBJECT.to_owned(),
            download_location: NO_ASSERTION,
            ..Entry::default()
        };
        let packages = self.inventory.packages.packages().iter();
        let entries = packages.map(|package| Entry::new(package, self.inventory));
        serializer.collect_seq(std::iter::once(subject).chain(entries))
    }
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    name: &'a str,
    #[serde(rename = "SPDXID")]
    id: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    version_info: &'a str,
    download_location: &'static str,
    files_analyzed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    license_declared: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_info: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    comment: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_refs: Vec<ExternalRef>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExternalRef {
    reference_category: &'static str,
    reference_type: &'static str,
    reference_locator: String,
}

impl<'a> Entry<'a> {
    fn new(package: &'a Package, inventory: &Inventory) -> Self {
        let locator = purl::write(package, inventory);
        let reference = |reference_locator| ExternalRef {
            reference_category: "PACKAGE-MANAGER",
            reference_type: "purl",
            reference_locator,
        };
        Self {
            name: &package.name,
            id: format!("SPDXRef-Package-{}", package_id(package)),
            version_info: &package.version,
            download_location: NO_ASSERTION,
            files_analyzed: false,
            license_declared: Some(declared(package)),
            source_info: Some(format!(
                "built package from: {} {}",
                package.source_name, package.source_version
            )),
            comment: comment(package_properties(package)),
            external_refs: locator.map(reference).into_iter().collect(),
        }
    }
}

/// A conjunction of what the package names; every part that is itself compound has brackets, so that reading the
/// expression gives the same parts.
fn declared(package: &Package) -> String {
    if package.licenses.is_empty() {
        return NO_ASSERTION.to_owned();
    }
    let part = |text: &Arc<str>| match license::is_expression(text) {
        true if text.contains(' ') => format!("({text})"),
        true => text.to_string(),
        false => reference(text),
    };
    package
        .licenses
        .iter()
        .map(part)
        .collect::<Vec<_>>()
        .join(" AND ")
}

fn reference(text: &str) -> String {
    format!("{REFERENCE}{}", &Digest::of(text.as_bytes()).to_string()[..16])
}

fn extracted(inventory: &Inventory) -> Vec<Extracted<'_>> {
    let licenses = inventory
        .packages
        .packages()
        .iter()
        .flat_map(|package| &package.licenses);
    let unknown: BTreeMap<&str, String> = licenses
        .filter(|text| !license::is_expression(text))
        .map(|text| (&**text, reference(text)))
        .collect();
    unknown
        .into_iter()
        .map(|(text, license_id)| Extracted {
            license_id,
            extracted_text: text,
            name: text,
        })
        .collect()
}

struct Relationships<'a>(&'a Inventory);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Relationship {
    spdx_element_id: &'static str,
    relationship_type: &'static str,
    related_spdx_element: String,
}

impl Serialize for Relationships<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let describes = Relationship {
            spdx_element_id: DOCUMENT,
            relationship_type: "DESCRIBES",
            related_spdx_element: SUBJECT.to_owned(),
        };
        let contains = self.0.packages.packages().iter().map(|package| Relationship {
            spdx_element_id: SUBJECT,
            relationship_type: "CONTAINS",
            related_spdx_element: format!("SPDXRef-Package-{}", package_id(package)),
        });
        // The format's word for "and there may be more", section 11.1.
        let unknown = (!self.0.is_whole()).then(|| Relationship {
            spdx_element_id: SUBJECT,
            relationship_type: "CONTAINS",
            related_spdx_element: NO_ASSERTION.to_owned(),
        });
        serializer.collect_seq(std::iter::once(describes).chain(contains).chain(unknown))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct In {
    #[serde(default)]
    spdx_version: String,
    #[serde(default)]
    name: String,
    creation_info: Option<InCreation>,
    #[serde(default)]
    packages: Vec<InPackage>,
    #[serde(default, rename = "hasExtractedLicensingInfos")]
    extracted: Vec<InExtracted>,
}

#[derive(Deserialize)]
struct InCreation {
    comment: Option<String>,
}

#[derive(Deserialize)]
struct InExtracted {
    #[serde(rename = "licenseId")]
    id: Option<String>,
    #[serde(rename = "extractedText")]
    text: Option<String>,
}

#[derive(Deserialize)]
struct InPackage {
    #[serde(default)]
    name: String,
    #[serde(default, rename = "SPDXID")]
    id: String,
    #[serde(rename = "versionInfo")]
    version: Option<String>,
    #[serde(default, rename = "primaryPackagePurpose")]
    purpose: String,
    #[serde(rename = "licenseDeclared")]
    declared: Option<String>,
    comment: Option<String>,
    #[serde(default, rename = "externalRefs")]
    references: Vec<InReference>,
}

#[derive(Deserialize)]
struct InReference {
    #[serde(default, rename = "referenceType")]
    ty: String,
    #[serde(default, rename = "referenceLocator")]
    locator: String,
}

impl InPackage {
    fn purl(&self) -> Option<&str> {
        self.references
            .iter()
            .find(|reference| reference.ty == "purl")
            .map(|reference| reference.locator.as_str())
    }

    fn component(self, texts: &HashMap<String, String>) -> Component {
        let purl = self.purl().map(str::to_owned);
        let declared = self
            .declared
            .as_deref()
            .filter(|text| *text != NO_ASSERTION && *text != "NONE");
        Component {
            licenses: declared.map(|text| parts(text, texts)).unwrap_or_default(),
            properties: properties(self.comment.as_deref().unwrap_or_default()),
            name: self.name,
            version: self.version.unwrap_or_default(),
            purl,
        }
    }
}

/// Splits a conjunction outside of brackets and puts the extracted texts back.
fn parts(expression: &str, texts: &HashMap<String, String>) -> Vec<String> {
    let mut out = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in expression.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ' ' if depth == 0 && expression[at..].starts_with(" AND ") && at >= start => {
                out.push(&expression[start..at]);
                start = at + " AND ".len();
            }
            _ => {}
        }
    }
    out.push(&expression[start..]);
    // Without brackets an alternative binds weaker than the conjunction: such an expression is one part.
    if out.len() > 1
        && out
            .iter()
            .any(|part| !part.starts_with('(') && part.contains(" OR "))
    {
        out = vec![expression];
    }
    let whole = |part: &str| {
        let inner = part.strip_prefix('(').and_then(|part| part.strip_suffix(')'));
        let part = inner.filter(|inner| is_balanced(inner)).unwrap_or(part);
        texts.get(part).cloned().unwrap_or_else(|| part.to_owned())
    };
    out.into_iter().map(whole).collect()
}

/// No bracket closes what was opened before: the brackets around `(MIT) OR (ISC)` are not a pair.
fn is_balanced(text: &str) -> bool {
    let mut depth = 0_i64;
    text.bytes().all(|byte| {
        depth += i64::from(byte == b'(') - i64::from(byte == b')');
        depth >= 0
    }) && depth == 0
}
