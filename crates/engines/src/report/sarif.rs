//! SARIF 2.1.0, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>: findings for code hosts and editors.

use std::collections::BTreeMap;
use std::io;

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

/// One finding: a rule that a package breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding<'a> {
    /// What is wrong, e.g. a CVE id. Findings with the same id share one rule; the first describes it.
    pub rule_id: &'a str,
    /// One line on the rule; the id where empty.
    pub title: &'a str,
    pub level: Level,
    /// CVSS base score, 0.0 to 10.0. Code hosts sort by it.
    pub score: Option<f32>,
    pub help_uri: Option<&'a str>,
    pub package: &'a str,
    pub version: &'a str,
    /// The first version without the fault, where there is one.
    pub fixed_version: Option<&'a str>,
    /// Where it was found: the path of a database or the name of an image. Percent-encoded on the way out.
    pub location: &'a str,
    /// One sentence on this finding.
    pub message: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    None,
    Note,
    Warning,
    Error,
}

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Something about the run itself: what was not read, or not judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification<'a> {
    /// Stable.
    pub id: &'a str,
    /// An error means that the results are not all that there is to find.
    pub level: Level,
    /// As of a [`Finding`].
    pub location: &'a str,
    pub message: String,
}

/// Writes one log with one run. Results keep the order of `findings`; rules are sorted by id.
pub fn write(findings: &[Finding], notifications: &[Notification], out: impl io::Write) -> io::Result<()> {
    let mut first: BTreeMap<&str, &Finding> = BTreeMap::new();
    for finding in findings {
        first.entry(finding.rule_id).or_insert(finding);
    }
    let index: BTreeMap<&str, usize> = first.keys().enumerate().map(|(at, id)| (*id, at)).collect();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "qlrf",
                    version: env!("CARGO_PKG_VERSION"),
                    rules: first.values().map(|finding| Rule::new(finding)).collect(),
                },
            },
            invocations: [Invocation::new(notifications)],
            column_kind: "utf16CodeUnits",
            results: Results {
                findings,
                index: &index,
            },
        }],
    };
    serde_json::to_writer(out, &log).map_err(io::Error::from)
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Invocation<'a>; 1],
    column_kind: &'static str,
    results: Results<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    execution_successful: bool,
    tool_execution_notifications: Vec<Told<'a>>,
}

impl<'a> Invocation<'a> {
    fn new(notifications: &'a [Notification<'a>]) -> Self {
        let told = notifications.iter().map(|notification| Told {
            descriptor: Descriptor { id: notification.id },
            level: notification.level,
            message: Text {
                text: &notification.message,
            },
            locations: [Place {
                physical_location: Whole {
                    artifact_location: Artifact {
                        uri: uri(notification.location),
                    },
                },
            }],
        });
        Self {
            execution_successful: notifications.iter().all(|told| told.level != Level::Error),
            tool_execution_notifications: told.collect(),
        }
    }
}

#[derive(Serialize)]
struct Told<'a> {
    descriptor: Descriptor<'a>,
    level: Level,
    message: Text<'a>,
    locations: [Place; 1],
}

#[derive(Serialize)]
struct Descriptor<'a> {
    id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    physical_location: Whole,
}

/// A file, and no line in it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Whole {
    artifact_location: Artifact,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
struct Driver<'a> {
    name: &'static str,
    version: &'static str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    short_description: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'a str>,
    default_configuration: Configuration,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<RuleProperties>,
}

impl<'a> Rule<'a> {
    fn new(finding: &Finding<'a>) -> Self {
        let severity = finding
            .score
            .filter(|score| score.is_finite())
            .map(|score| format!("{score:.1}"));
        Self {
            id: finding.rule_id,
            short_description: Text {
                text: if finding.title.is_empty() {
                    finding.rule_id
                } else {
                    finding.title
                },
            },
            // The schema wants a URI here; a sentence in its place would make the whole log invalid.
            help_uri: finding.help_uri.filter(|uri| is_web_uri(uri)),
            default_configuration: Configuration { level: finding.level },
            properties: severity.map(|severity| RuleProperties {
                severity,
                tags: ["security", "vulnerability"],
            }),
        }
    }
}

#[derive(Serialize)]
struct RuleProperties {
    /// Read by code hosts as the CVSS score.
    #[serde(rename = "security-severity")]
    severity: String,
    tags: [&'static str; 2],
}

#[derive(Serialize)]
struct Configuration {
    level: Level,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

struct Results<'a> {
    findings: &'a [Finding<'a>],
    index: &'a BTreeMap<&'a str, usize>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.findings.len()))?;
        for finding in self.findings {
            seq.serialize_element(&SarifResult::new(finding, self.index[finding.rule_id]))?;
        }
        seq.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: Level,
    message: Text<'a>,
    locations: [Location<'a>; 1],
    partial_fingerprints: Fingerprints,
    properties: ResultProperties<'a>,
}

impl<'a> SarifResult<'a> {
    fn new(finding: &Finding<'a>, rule_index: usize) -> Self {
        Self {
            rule_id: finding.rule_id,
            rule_index,
            level: finding.level,
            message: Text {
                text: if finding.message.is_empty() {
                    finding.rule_id
                } else {
                    finding.message
                },
            },
            locations: [Location {
                physical_location: Physical {
                    artifact_location: Artifact {
                        uri: uri(finding.location),
                    },
                    region: Region { start_line: 1 },
                },
                logical_locations: [Logical {
                    name: finding.package,
                    fully_qualified_name: format!("{}@{}", finding.package, finding.version),
                    kind: "package",
                }],
            }],
            partial_fingerprints: Fingerprints {
                finding: format!("{}/{}/{}", finding.rule_id, finding.package, finding.location),
            },
            properties: ResultProperties {
                package: finding.package,
                version: finding.version,
                fixed_version: finding.fixed_version,
            },
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: Physical,
    logical_locations: [Logical<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

/// Package databases have no lines that mean anything; code hosts want one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical<'a> {
    name: &'a str,
    fully_qualified_name: String,
    kind: &'static str,
}

/// The same finding keeps its identity when the version changes and the fault stays.
#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "qlrfFinding/v1")]
    finding: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultProperties<'a> {
    package: &'a str,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed_version: Option<&'a str>,
}

fn is_web_uri(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://"))
        && text.bytes().all(|byte| {
            byte.is_ascii_graphic()
                && !matches!(
                    byte,
                    b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'
                )
        })
}

/// A relative URI reference, RFC 3986: everything but unreserved characters and `/` is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.trim_start_matches('/').bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte.into())
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    if out.is_empty() { ".".to_owned() } else { out }
}

#[cfg(test)]
mod tests;
