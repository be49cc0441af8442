//! What the SBOM formats share: telling them apart, and the words in which our own documents keep what the formats
//! have no field for.

use std::sync::Arc;

use qlrf_core::asset::Os;
use qlrf_core::digest::Hasher;
use qlrf_core::package::{Ecosystem, Package, PackageSet};
use qlrf_core::time::Timestamp;
use serde::Deserialize;

use super::problem::Tally;
use super::{Inventory, Manager, Problem, ProblemKind, cyclonedx, is_word, license, purl, spdx};

/// An SBOM document, ours or another tool's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What the document says it describes; may be empty.
    pub name: String,
    pub inventory: Inventory,
}

/// Larger documents are refused before they are parsed.
pub const DOCUMENT_BYTES_MAX: usize = 256 << 20;

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DocumentError {
    #[error("the document has {bytes} bytes, more than the {DOCUMENT_BYTES_MAX} that are read")]
    TooLarge { bytes: usize },
    #[error("the document is not valid JSON for its format: {reason}")]
    Malformed { reason: String },
    #[error("the document is neither CycloneDX JSON (\"bomFormat\") nor SPDX 2 JSON (\"spdxVersion\")")]
    UnknownFormat,
    #[error(
        "the document has {format} version {}, which is not read",
        super::problem::clip(version)
    )]
    UnknownVersion { format: &'static str, version: String },
}

impl DocumentError {
    /// Stable.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "sbom_too_large",
            Self::Malformed { .. } => "sbom_malformed",
            Self::UnknownFormat => "sbom_format_unknown",
            Self::UnknownVersion { .. } => "sbom_version_unknown",
        }
    }
}

/// Reads a CycloneDX or SPDX JSON document, whichever it is.
pub fn read_document(bytes: &[u8]) -> Result<Document, DocumentError> {
    #[derive(Deserialize)]
    struct Marker {
        #[serde(rename = "bomFormat")]
        cyclonedx: Option<serde::de::IgnoredAny>,
        #[serde(rename = "spdxVersion")]
        spdx: Option<serde::de::IgnoredAny>,
    }
    let marker: Marker = parse(bytes)?;
    match (marker.cyclonedx, marker.spdx) {
        (Some(_), _) => cyclonedx::read(bytes),
        (None, Some(_)) => spdx::read(bytes),
        (None, None) => Err(DocumentError::UnknownFormat),
    }
}

pub(super) fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, DocumentError> {
    if bytes.len() > DOCUMENT_BYTES_MAX {
        return Err(DocumentError::TooLarge { bytes: bytes.len() });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_json::from_slice(bytes).map_err(|error| DocumentError::Malformed {
        reason: error.to_string(),
    })
}

/// Whether `text` is the prefix with a number behind it.
pub(super) fn is_version(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit()))
}

pub(super) const TOOL: &str = "qlrf";
pub(super) const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Names of the properties of a package.
pub(super) const ECOSYSTEM: &str = "qlrf:ecosystem";
pub(super) const ARCH: &str = "qlrf:arch";
pub(super) const SOURCE_NAME: &str = "qlrf:source_name";
pub(super) const SOURCE_VERSION: &str = "qlrf:source_version";
/// Names of the properties of a document.
const MANAGER: &str = "qlrf:manager";
const OS_ID: &str = "qlrf:os_id";
const OS_VERSION: &str = "qlrf:os_version";
const OS_NAME: &str = "qlrf:os_name";
const OS_KERNEL: &str = "qlrf:os_kernel";
const OS_ARCHITECTURE: &str = "qlrf:os_architecture";
const PROBLEM: &str = "qlrf:problem";

/// What a document says of the inventory as a whole, as name and value. Problems are for people who read the
/// document: an incomplete inventory must say so; they are not read back.
pub(super) fn document_properties(inventory: &Inventory) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    let mut add = |name, value: Option<String>| out.extend(value.map(|value| (name, value)));
    add(
        ECOSYSTEM,
        inventory
            .ecosystem
            .as_ref()
            .map(|ecosystem| ecosystem.0.to_string()),
    );
    add(
        MANAGER,
        inventory.manager.map(|manager| manager.as_str().to_owned()),
    );
    if let Some(os) = &inventory.os {
        add(OS_ID, Some(os.id.clone()));
        add(OS_VERSION, Some(os.version.clone()));
        add(OS_NAME, Some(os.name.clone()));
        add(OS_KERNEL, os.kernel.clone());
        add(OS_ARCHITECTURE, os.architecture.clone());
    }
    for problem in &inventory.problems {
        add(PROBLEM, Some(problem.words()));
    }
    out
}

pub(super) fn package_properties(package: &Package) -> [(&'static str, &str); 4] {
    [
        (ECOSYSTEM, &package.ecosystem.0),
        (ARCH, &package.arch),
        (SOURCE_NAME, &package.source_name),
        (SOURCE_VERSION, &package.source_version),
    ]
}

/// One component or package of a document, in the words of either format.
#[derive(Default)]
pub(super) struct Component {
    pub name: String,
    pub version: String,
    pub purl: Option<String>,
    pub licenses: Vec<String>,
    pub properties: Vec<(String, String)>,
}

impl Component {
    fn property(&self, name: &str) -> Option<&str> {
        self.properties
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// Our own documents keep every field beside the package URL.
    fn own(&self) -> Option<Package> {
        let field = |name| {
            self.property(name)
                .filter(|text| is_word(text))
                .map(Arc::<str>::from)
        };
        let arch = self
            .property(ARCH)
            .filter(|text| text.is_empty() || is_word(text))?;
        if !is_word(&self.name) || !is_word(&self.version) {
            return None;
        }
        Some(Package {
            // The only one with blanks in it: `Rocky Linux:9`.
            ecosystem: Ecosystem::new(
                self.property(ECOSYSTEM)
                    .filter(|text| is_word(&text.replace(' ', "")))?,
            ),
            arch: arch.into(),
            source_name: field(SOURCE_NAME)?,
            source_version: field(SOURCE_VERSION)?,
            name: self.name.as_str().into(),
            version: self.version.as_str().into(),
            licenses: self
                .licenses
                .iter()
                .map(|license| license.as_str().into())
                .collect(),
        })
    }

    /// Other tools name the package by its URL; two of them put the source beside it.
    fn foreign(&self, os: Option<&Os>) -> Option<Package> {
        let mut package = purl::read(self.purl.as_deref()?, os)?;
        for name in ["syft:metadata:source", "aquasecurity:trivy:SrcName"] {
            if let Some(source) = self.property(name).filter(|source| is_word(source)) {
                package.source_name = source.into();
            }
        }
        if let Some(version) = self.source_version().filter(|version| is_word(version)) {
            package.source_version = version.into();
        }
        package.licenses = self
            .licenses
            .iter()
            .flat_map(|text| license::elements(text))
            .collect();
        package.licenses.sort_unstable();
        package.licenses.dedup();
        Some(package)
    }

    fn source_version(&self) -> Option<String> {
        if let Some(version) = self
            .property("syft:metadata:sourceVersion")
            .filter(|version| !version.is_empty())
        {
            return Some(version.to_owned());
        }
        let version = self.property("aquasecurity:trivy:SrcVersion")?;
        let epoch = self
            .property("aquasecurity:trivy:SrcEpoch")
            .map_or(String::new(), |epoch| format!("{epoch}:"));
        let release = self
            .property("aquasecurity:trivy:SrcRelease")
            .map_or(String::new(), |text| format!("-{text}"));
        Some(format!("{epoch}{version}{release}"))
    }
}

/// Collects components into an inventory.
pub(super) struct Collector {
    packages: Vec<Package>,
    unknown: Tally,
    os: Option<Os>,
    ecosystem: Option<Ecosystem>,
    manager: Option<Manager>,
}

impl Collector {
    /// `properties` are the document's own; `os` is what a foreign document says of the operating system.
    pub(super) fn new(properties: &[(String, String)], os: Option<Os>) -> Self {
        let property = |name| {
            properties
                .iter()
                .find(|(found, _)| found == name)
                .map(|(_, value)| value.clone())
        };
        let own = property(OS_ID).map(|id| Os {
            id,
            version: property(OS_VERSION).unwrap_or_default(),
            name: property(OS_NAME).unwrap_or_default(),
            kernel: property(OS_KERNEL),
            architecture: property(OS_ARCHITECTURE),
        });
        let os = own.or(os);
        let known = os
            .as_ref()
            .and_then(|os| super::os::ecosystem_of(&os.id, &os.version));
        let (ecosystem, manager) = known.unzip();
        Self {
            packages: Vec::new(),
            unknown: Tally::default(),
            ecosystem: property(ECOSYSTEM).map(Ecosystem::new).or(ecosystem),
            manager: property(MANAGER)
                .and_then(|word| Manager::parse(&word))
                .or(manager),
            os,
        }
    }

    pub(super) fn add(&mut self, component: &Component) {
        match component.own().or_else(|| component.foreign(self.os.as_ref())) {
            Some(package) => self.packages.push(package),
            None => self
                .unknown
                .add(|| format!("{} {}", component.name, component.version)),
        }
    }

    pub(super) fn finish(self, name: String) -> Document {
        let mut problems: Vec<Problem> = Vec::new();
        let what = "components name no package of a known ecosystem";
        self.unknown
            .report(ProblemKind::UnknownComponents, &name, what, &mut problems);
        let (os, ecosystem, manager) = (self.os, self.ecosystem, self.manager);
        Document {
            inventory: Inventory {
                os,
                ecosystem,
                manager,
                packages: PackageSet::new(self.packages),
                problems,
            },
            name,
        }
    }
}

/// An RFC 9562 version 8 UUID of what a document says, so that the same inventory gives the same document.
pub(super) fn document_id(inventory: &Inventory, name: &str, created: Timestamp) -> String {
    let mut hasher = Hasher::new("sbom-document/1");
    hasher
        .field(name.as_bytes())
        .field(&created.unix_timestamp_nanos().to_le_bytes());
    hasher.field(&inventory.packages.digest().0);
    for (name, value) in document_properties(inventory) {
        hasher.field(name.as_bytes()).field(value.as_bytes());
    }
    let mut hex: Vec<u8> = hasher.finish().to_string().into_bytes();
    hex[12] = b'8';
    hex[16] = b'8';
    let hex = String::from_utf8(hex).expect("hexadecimal digits are ASCII");
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..32]
    )
}

/// Both formats want whole seconds of UTC with a `Z`.
pub(super) fn timestamp(created: Timestamp) -> String {
    let utc = created.to_offset(time::UtcOffset::UTC);
    let (year, month, day) = (utc.year().clamp(0, 9999), u8::from(utc.month()), utc.day());
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        utc.hour(),
        utc.minute(),
        utc.second()
    )
}

/// The identifier of a package inside a document: the same package has it in every document.
pub(super) fn package_id(package: &Package) -> String {
    package.digest().to_string()[..32].to_owned()
}
