//! The contract documents of the simulated golden images, and the coordinates that tie assets to them.

use std::fmt::Write as _;

use qlrf_core::asset::Platform;

use super::catalogue::{FAMILIES, Image, PUBLISH_EVERY_DAYS};
use super::roll::Roll;
use super::world::SITES;

const SUBSCRIPTION: &str = "51000000-0000-4000-8000-000000000001";
const RESOURCE_GROUP: &str = "golden-images";
const GALLERY: &str = "golden";
const PROJECT: &str = "acme-golden-images";

/// What a platform says that an asset was started from, in the platform's own spelling.
pub fn coordinate(image: &Image, platform: Platform, region: &str) -> String {
    let (family, version) = (FAMILIES[image.family].name, &image.version);
    match platform {
        Platform::Aws => ami(image, region),
        Platform::Azure => format!(
            "/subscriptions/{SUBSCRIPTION}/resourceGroups/{RESOURCE_GROUP}/providers/Microsoft.Compute\
             /galleries/{GALLERY}/images/{family}/versions/{version}"
        ),
        Platform::Gcp => format!("projects/{PROJECT}/global/images/{}", gcp_name(image)),
        Platform::Vsphere => template(image),
        Platform::Kubernetes | Platform::Oci => format!("{family}:{version}"),
        Platform::Baremetal | Platform::Edge | Platform::Local => format!("{family}-{version}"),
    }
}

/// Form A of the image contract. `newest` is in production; the one before is deprecated, the rest is retired.
pub fn document(image: &Image, age: usize) -> String {
    let family = &FAMILIES[image.family];
    let mut text = format!(
        "apiVersion: ql-rf.io/v1\nkind: GoldenImage\nmetadata:\n  family: {}\n  version: \"{}\"\n  labels:\n    \
         ql-rf.io/simulated: \"true\"\nspec:\n  os:\n    name: {}\n    version: \"{}\"\n    architecture: x86_64\n",
        family.name, image.version, family.os_id, family.os_version
    );
    lifecycle(&mut text, image, age);
    platforms(&mut text, image);
    text.push_str("  packages:\n");
    for package in image.packages.packages() {
        let (name, version) = (quoted(&package.name), quoted(&package.version));
        let _ = writeln!(
            text,
            "    - {{name: {name}, version: {version}, ecosystem: {}}}",
            quoted(family.ecosystem)
        );
    }
    text.push_str("  services:\n");
    for service in family.services {
        let _ = writeln!(text, "    {}: running", quoted(service));
    }
    text.push_str(
        "  config:\n    \"sshd:PasswordAuthentication\": \"no\"\n    \"sshd:PermitRootLogin\": \"no\"\n    \
         \"sysctl:kernel.randomize_va_space\": \"2\"\n",
    );
    text
}

fn lifecycle(text: &mut String, image: &Image, age: usize) {
    let next = image.published + qlrf_core::time::Duration::days(i64::from(PUBLISH_EVERY_DAYS));
    let after = next + qlrf_core::time::Duration::days(i64::from(PUBLISH_EVERY_DAYS));
    let status = ["production", "deprecated", "retired"][age.min(2)];
    let _ = write!(
        text,
        "  lifecycle:\n    status: {status}\n    createdAt: \"{}T00:00:00Z\"\n",
        image.published
    );
    let _ = writeln!(text, "    promotedAt: \"{}T00:00:00Z\"", image.published);
    if age >= 1 {
        let _ = writeln!(text, "    deprecatedAt: \"{next}T00:00:00Z\"");
    }
    if age >= 2 {
        let _ = writeln!(text, "    retiredAt: \"{after}T00:00:00Z\"");
    }
}

fn platforms(text: &mut String, image: &Image) {
    let (family, version) = (FAMILIES[image.family].name, &image.version);
    let _ = write!(
        text,
        "  platforms:\n    azure:\n      subscriptionId: {SUBSCRIPTION}\n      resourceGroup: {RESOURCE_GROUP}\n      \
         gallery: {{name: {GALLERY}, imageName: {family}, imageVersion: \"{version}\"}}\n    gcp:\n      \
         projectId: {PROJECT}\n      imageFamily: {family}\n      imageName: {}\n    vsphere:\n      \
         templateName: \"{}\"\n    kubernetes:\n      nodeImages: [\"{family}:{version}\"]\n    baremetal:\n      \
         images: [\"{family}-{version}\"]\n    aws:\n      amiIds:\n",
        gcp_name(image),
        template(image),
    );
    for site in SITES {
        let _ = writeln!(text, "        {}: {}", site.aws, ami(image, site.aws));
    }
}

/// Looks like an AMI id and is the same for the same image and region, whatever the estate.
fn ami(image: &Image, region: &str) -> String {
    let mut roll = Roll::new(image.family as u64).part(image.published.to_julian_day() as u64);
    for byte in region.bytes() {
        roll = roll.part(u64::from(byte));
    }
    format!("ami-0{:016x}", roll.next())
}

fn gcp_name(image: &Image) -> String {
    format!(
        "{}-v{}",
        FAMILIES[image.family].name,
        image.version.replace('.', "")
    )
}

fn template(image: &Image) -> String {
    format!("tpl-{}-{}", FAMILIES[image.family].name, image.version)
}

/// A JSON string is a YAML string, whatever is in it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
