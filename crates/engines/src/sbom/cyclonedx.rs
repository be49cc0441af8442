//! CycloneDX 1.6 JSON, <https://cyclonedx.org/docs/1.6/json/>.

use std::io;

use qlrf_core::asset::Os;
use qlrf_core::package::Package;
use qlrf_core::time::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use super::document::{
    Collector, Component, Document, DocumentError, TOOL, TOOL_VERSION, document_id, document_properties,
    is_version, package_id, package_properties, parse, timestamp,
};
use super::{Inventory, license, purl};

const FORMAT: &str = "CycloneDX";
const SUBJECT: &str = "subject";

/// Writes one document. The same arguments give the same bytes.
pub fn write(inventory: &Inventory, name: &str, created: Timestamp, out: impl io::Write) -> io::Result<()> {
    let document = Bom {
        schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        format: FORMAT,
        spec_version: "1.6",
        serial_number: format!("urn:uuid:{}", document_id(inventory, name, created)),
        version: 1,
        metadata: Metadata {
            timestamp: timestamp(created),
            tools: Tools {
                components: [Tool {
                    ty: "application",
                    name: TOOL,
                    version: TOOL_VERSION,
                }],
            },
            component: Subject {
                ty: "platform",
                id: SUBJECT,
                name,
            },
            properties: document_properties(inventory)
                .into_iter()
                .map(|(name, value)| Property {
                    name,
                    value: value.into(),
                })
                .collect(),
        },
        components: Components(inventory),
        compositions: match inventory.is_whole() {
            true => Vec::new(),
            false => vec![Composition {
                aggregate: "incomplete",
                assemblies: [SUBJECT],
            }],
        },
    };
    serde_json::to_writer(out, &document).map_err(io::Error::from)
}

/// Reads a document of any 1.x version and of any tool; what it does not understand is a problem of the inventory.
pub fn read(bytes: &[u8]) -> Result<Document, DocumentError> {
    let bom: In = parse(bytes)?;
    if bom.bom_format != FORMAT {
        return Err(DocumentError::UnknownFormat);
    }
    if !is_version(&bom.spec_version, "1.") {
        return Err(DocumentError::UnknownVersion {
            format: FORMAT,
            version: bom.spec_version,
        });
    }
    let metadata = bom.metadata.unwrap_or_default();
    let subject = metadata.component.unwrap_or_default();
    let properties = pairs(metadata.properties);
    let os = operating_system(&subject).or_else(|| bom.components.iter().find_map(operating_system));
    let mut collector = Collector::new(&properties, os);
    for component in bom.components {
        collect(component, &mut collector);
    }
    Ok(collector.finish(subject.name))
}

/// Nesting is bounded by the JSON parser.
fn collect(component: InComponent, collector: &mut Collector) {
    let is_package = !matches!(component.ty.as_str(), "operating-system" | "file");
    if is_package || component.purl.is_some() {
        collector.add(&Component {
            name: component.name,
            version: component.version.unwrap_or_default(),
            purl: component.purl,
            licenses: component
                .licenses
                .into_iter()
                .filter_map(InLicense::text)
                .collect(),
            properties: pairs(component.properties),
        });
    }
    for inner in component.components {
        collect(inner, collector);
    }
}

fn operating_system(component: &InComponent) -> Option<Os> {
    (component.ty == "operating-system").then(|| Os {
        id: component.name.clone(),
        version: component.version.clone().unwrap_or_default(),
        ..Os::default()
    })
}

fn pairs(properties: Vec<InProperty>) -> Vec<(String, String)> {
    properties
        .into_iter()
        .filter_map(|property| Some((property.name, property.value?)))
        .collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bom<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    #[serde(rename = "bomFormat")]
    format: &'static str,
    spec_version: &'static str,
    serial_number: String,
    version: u32,
    metadata: Metadata<'a>,
    components: Components<'a>,
    /// Nothing is claimed of databases that were read whole: software may be installed beside them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    compositions: Vec<Composition>,
}

#[derive(Serialize)]
struct Composition {
    aggregate: &'static str,
    assemblies: [&'static str; 1],
}

#[derive(Serialize)]
struct Metadata<'a> {
    timestamp: String,
    tools: Tools,
    component: Subject<'a>,
    properties: Vec<Property<'a>>,
}

#[derive(Serialize)]
struct Tools {
    components: [Tool; 1],
}

#[derive(Serialize)]
struct Tool {
    #[serde(rename = "type")]
    ty: &'static str,
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Subject<'a> {
    #[serde(rename = "type")]
    ty: &'static str,
    #[serde(rename = "bom-ref")]
    id: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
struct Property<'a> {
    name: &'static str,
    value: std::borrow::Cow<'a, str>,
}

/// Packages become JSON one by one.
struct Components<'a>(&'a Inventory);

impl Serialize for Components<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            self.0
                .packages
                .packages()
                .iter()
                .map(|package| Library::new(package, self.0)),
        )
    }
}

#[derive(Serialize)]
struct Library<'a> {
    #[serde(rename = "type")]
    ty: &'static str,
    #[serde(rename = "bom-ref")]
    id: String,
    name: &'a str,
    version: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    licenses: Vec<License<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    properties: Vec<Property<'a>>,
}

impl<'a> Library<'a> {
    fn new(package: &'a Package, inventory: &Inventory) -> Self {
        Self {
            ty: "library",
            id: package_id(package),
            name: &package.name,
            version: &package.version,
            licenses: licenses(package),
            purl: purl::write(package, inventory),
            properties: package_properties(package)
                .into_iter()
                .map(|(name, value)| Property {
                    name,
                    value: value.into(),
                })
                .collect(),
        }
    }
}

/// The format allows either one expression or any number of licences.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum License<'a> {
    Expression(&'a str),
    License(Choice<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Choice<'a> {
    Id(&'a str),
    Name(&'a str),
}

fn licenses(package: &Package) -> Vec<License<'_>> {
    match package.licenses.as_slice() {
        [one] if !license::is_id(one) && license::is_expression(one) => vec![License::Expression(one)],
        many => many
            .iter()
            .map(|text| {
                License::License(if license::is_id(text) {
                    Choice::Id(text)
                } else {
                    Choice::Name(text)
                })
            })
            .collect(),
    }
}

#[derive(Deserialize)]
struct In {
    #[serde(default, rename = "bomFormat")]
    bom_format: String,
    #[serde(default, rename = "specVersion")]
    spec_version: String,
    metadata: Option<InMetadata>,
    #[serde(default)]
    components: Vec<InComponent>,
}

#[derive(Default, Deserialize)]
struct InMetadata {
    component: Option<InComponent>,
    #[serde(default)]
    properties: Vec<InProperty>,
}

#[derive(Default, Deserialize)]
struct InComponent {
    #[serde(default, rename = "type")]
    ty: String,
    #[serde(default)]
    name: String,
    version: Option<String>,
    purl: Option<String>,
    #[serde(default)]
    licenses: Vec<InLicense>,
    #[serde(default)]
    properties: Vec<InProperty>,
    #[serde(default)]
    components: Vec<InComponent>,
}

#[derive(Deserialize)]
struct InProperty {
    #[serde(default)]
    name: String,
    value: Option<String>,
}

#[derive(Deserialize)]
struct InLicense {
    license: Option<InChoice>,
    expression: Option<String>,
}

#[derive(Deserialize)]
struct InChoice {
    id: Option<String>,
    name: Option<String>,
}

impl InLicense {
    fn text(self) -> Option<String> {
        self.expression
            .or_else(|| self.license.and_then(|choice| choice.id.or(choice.name)))
    }
}
