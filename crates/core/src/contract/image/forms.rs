//! From a document of each form to the model.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Form;
use super::read::{Reader, flag, number, one_or_many, text, text_map, texts};
use crate::contract::node::{Node, Value};
use crate::contract::problem::Problems;
use crate::contract::shape::parse_time;
use crate::image::{
    Attestation, Build, Compliance, Coordinate, ImageCheck, ImageContract, ImageOs, ImagePlatform, Lifecycle,
    LifecycleStatus, PatchPolicy, Sla,
};

pub fn read(root: &Node, form: Form, problems: &mut Problems) -> ImageContract {
    let mut reader = Reader { root, problems };
    let mut contract = match form {
        Form::A => form_a(root, &mut reader),
        Form::B => form_b(root, &mut reader),
        Form::C => form_c(root, &mut reader),
    };
    contract.packages.sort();
    contract.packages.dedup();
    contract.coordinates.sort();
    contract.coordinates.dedup();
    contract
}

fn empty(family: Option<String>, version: Option<String>, os: ImageOs) -> ImageContract {
    ImageContract {
        family: family.unwrap_or_default(),
        version: version.unwrap_or_default(),
        labels: BTreeMap::new(),
        annotations: BTreeMap::new(),
        os,
        compliance: Compliance::default(),
        lifecycle: Lifecycle::default(),
        coordinates: Vec::new(),
        digests: Vec::new(),
        platforms: BTreeMap::new(),
        build: Build::default(),
        windows: None,
        packages: Vec::new(),
        services: BTreeMap::new(),
        config: BTreeMap::new(),
        checks: Vec::new(),
        patch_policy: None,
        sla: None,
        declared: BTreeMap::new(),
    }
}

fn os(node: Option<&Node>, name: &str) -> ImageOs {
    let Some(node) = node else {
        return ImageOs::default();
    };
    ImageOs {
        name: text(node, name).unwrap_or_default(),
        version: text(node, "version").unwrap_or_default(),
        architecture: text(node, "architecture"),
    }
}

fn form_a(root: &Node, reader: &mut Reader<'_>) -> ImageContract {
    let (Some(meta), Some(spec)) = (root.get("metadata"), root.get("spec")) else {
        return empty(None, None, ImageOs::default());
    };
    let mut contract = empty(
        text(meta, "family"),
        text(meta, "version"),
        os(spec.get("os"), "name"),
    );
    contract.labels = text_map(meta.get("labels"));
    contract.annotations = text_map(meta.get("annotations"));
    if let Some(node) = spec.get("compliance") {
        contract.compliance = compliance_a(node);
    }
    if let Some(node) = spec.get("lifecycle") {
        contract.lifecycle = lifecycle(node);
    }
    if let Some(platforms) = spec.get("platforms") {
        coordinates_a(platforms, &mut contract);
        contract.platforms = json_map(platforms);
    }
    if let Some(node) = spec.get("build") {
        contract.build = Build {
            packer_template: text(node, "packerTemplate"),
            source_image: text(node, "sourceImage"),
            build_number: text(node, "buildNumber"),
            git_commit: text(node, "gitCommit"),
            ci_pipeline_url: text(node, "ciPipelineUrl"),
        };
    }
    contract.windows = spec.get("windows").map(json_map);
    reader.packages(spec.get("packages"), &mut contract.packages);
    reader.units(spec.get("services"), &mut contract.services);
    reader.settings("", spec.get("config"), &mut contract.config);
    contract
}

fn compliance_a(node: &Node) -> Compliance {
    let attestations = node
        .get("attestations")
        .map(Node::items)
        .unwrap_or_default()
        .iter();
    Compliance {
        cis_level: number(node, "cisLevel"),
        frameworks: Vec::new(),
        signed: flag(node, "signed"),
        signature_key_ref: text(node, "signatureKeyRef"),
        sbom_required: flag(node, "sbomRequired"),
        sbom_url: text(node, "sbomUrl"),
        provenance_required: None,
        slsa_level: number(node, "slsaLevel"),
        attestations: attestations
            .map(|node| Attestation {
                kind: text(node, "type").unwrap_or_default(),
                url: text(node, "url"),
                passed: flag(node, "passed"),
            })
            .collect(),
    }
}

fn lifecycle(node: &Node) -> Lifecycle {
    let time = |key: &str| node.get(key).and_then(Node::text).and_then(parse_time);
    Lifecycle {
        status: node
            .get("status")
            .and_then(Node::text)
            .and_then(LifecycleStatus::parse)
            .unwrap_or_default(),
        created_at: time("createdAt"),
        promoted_at: time("promotedAt"),
        deprecated_at: time("deprecatedAt"),
        retired_at: time("retiredAt"),
        retention_days: number(node, "retentionDays"),
    }
}

fn coordinates_a(platforms: &Node, contract: &mut ImageContract) {
    let at = |platform, region, reference| Coordinate {
        platform,
        region,
        reference,
    };
    let out = &mut contract.coordinates;
    if let Some(ids) = platforms.get("aws").and_then(|aws| aws.get("amiIds")) {
        out.extend(
            text_map(Some(ids))
                .into_iter()
                .map(|(r, ami)| at(ImagePlatform::Aws, Some(r), ami)),
        );
    }
    if let Some(reference) = platforms.get("azure").and_then(azure_reference) {
        out.push(at(ImagePlatform::Azure, None, reference));
    }
    if let Some(gcp) = platforms.get("gcp")
        && let (Some(project), Some(image)) = (text(gcp, "projectId"), text(gcp, "imageName"))
    {
        out.push(at(
            ImagePlatform::Gcp,
            None,
            format!("projects/{project}/global/images/{image}"),
        ));
    }
    if let Some(vsphere) = platforms.get("vsphere")
        && let Some(template) = text(vsphere, "templateName")
    {
        out.push(at(ImagePlatform::Vsphere, text(vsphere, "datacenter"), template));
    }
    if let Some(oci) = platforms.get("oci") {
        contract.digests.extend(text(oci, "digest"));
        if let Some(image) = text(oci, "image") {
            oci_image(image, contract);
        }
    }
    let named = [
        (ImagePlatform::Kubernetes, "nodeImages"),
        (ImagePlatform::Baremetal, "images"),
    ];
    for (platform, key) in named {
        let list = platforms.get(platform.name()).and_then(|node| node.get(key));
        contract
            .coordinates
            .extend(texts(list).into_iter().map(|name| at(platform, None, name)));
    }
}

/// A resource id when the gallery's place is known, else the part of it that is.
/// <https://learn.microsoft.com/azure/virtual-machines/azure-compute-gallery>
fn azure_reference(azure: &Node) -> Option<String> {
    let gallery = azure.get("gallery")?;
    let part = |key| text(gallery, key);
    let tail = format!(
        "galleries/{}/images/{}/versions/{}",
        part("name")?,
        part("imageName")?,
        part("imageVersion")?
    );
    Some(
        match (text(azure, "subscriptionId"), text(azure, "resourceGroup")) {
            (Some(subscription), Some(group)) => {
                format!(
                    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/{tail}"
                )
            }
            _ => tail,
        },
    )
}

/// `repository@sha256:…` is a digest and a coordinate; `repository:tag` a coordinate alone.
fn oci_image(image: String, contract: &mut ImageContract) {
    if let Some((_, digest)) = image.split_once('@')
        && !contract.digests.iter().any(|known| known == digest)
    {
        contract.digests.push(digest.to_owned());
    }
    contract.coordinates.push(Coordinate {
        platform: ImagePlatform::Oci,
        region: None,
        reference: image,
    });
}

fn form_b(root: &Node, reader: &mut Reader<'_>) -> ImageContract {
    let mut contract = empty(
        text(root, "id"),
        text(root, "version"),
        os(root.get("os"), "name"),
    );
    if let Some(hardening) = root.get("hardening") {
        contract.compliance.cis_level = number(hardening, "cis_level");
        reader.settings("sshd", hardening.get("ssh"), &mut contract.config);
        declare(&mut contract, "hardening.firewall", hardening.get("firewall"));
    }
    reader.packages(root.get("baseline_packages"), &mut contract.packages);
    reader.runtimes(root.get("runtimes"), &mut contract.packages);
    for (_, units) in root.get("services").map(Node::entries).unwrap_or_default() {
        reader.running(Some(units), &mut contract.services);
    }
    image_checks(root.get("image_checks"), reader, &mut contract.checks);
    if let Some(node) = root.get("attestations") {
        let (required, url) = flag_or_text(node.get("sbom"));
        contract.compliance.sbom_required = required;
        contract.compliance.sbom_url = url;
        let (required, url) = flag_or_text(node.get("provenance"));
        contract.compliance.provenance_required = required;
        let kind = || "provenance".to_owned();
        contract
            .compliance
            .attestations
            .extend(url.map(|url| Attestation {
                kind: kind(),
                url: Some(url),
                passed: None,
            }));
    }
    contract.patch_policy = root.get("patch_policy").map(|node| PatchPolicy {
        default: text(node, "default"),
        emergency_hotfix_ttl_hours: number(node, "emergency_hotfix_ttl_hours"),
    });
    contract.sla = root.get("sla").map(|node| Sla {
        critical_hours: number(node, "critical_hours"),
        high_days: number(node, "high_days"),
        medium_days: number(node, "medium_days"),
        low_days: number(node, "low_days"),
    });
    if let Some(coords) = root.get("platform_coords") {
        coordinates_b(coords, &mut contract);
        contract.platforms = json_map(coords);
    }
    contract
}

fn coordinates_b(coords: &Node, contract: &mut ImageContract) {
    let named = [
        (ImagePlatform::Aws, "name"),
        (ImagePlatform::Azure, "gallery"),
        (ImagePlatform::Gcp, "family"),
        (ImagePlatform::Vsphere, "template"),
    ];
    for (platform, key) in named {
        if let Some(reference) = coords.get(platform.name()).and_then(|node| text(node, key)) {
            contract.coordinates.push(Coordinate {
                platform,
                region: None,
                reference,
            });
        }
    }
    if let Some(image) = coords.get("oci").and_then(|node| text(node, "image")) {
        oci_image(image, contract);
    }
}

fn image_checks(list: Option<&Node>, reader: &mut Reader<'_>, into: &mut Vec<ImageCheck>) {
    for item in list.map(Node::items).unwrap_or_default() {
        match (text(item, "inspec_profile"), text(item, "script")) {
            (Some(reference), None) => into.push(ImageCheck {
                kind: "inspec".into(),
                reference,
            }),
            (None, Some(reference)) => into.push(ImageCheck {
                kind: "script".into(),
                reference,
            }),
            _ => {
                let message = "a check has either \"inspec_profile\" or \"script\"".to_owned();
                reader.report(item, "check_unclear", message);
            }
        }
    }
}

fn form_c(root: &Node, reader: &mut Reader<'_>) -> ImageContract {
    let mut contract = empty(
        text(root, "family"),
        text(root, "version"),
        os(root.get("base"), "os"),
    );
    contract
        .annotations
        .extend(text(root, "name").map(|name| ("name".to_owned(), name)));
    for block in ["system", "security"] {
        let Some(node) = root.get(block) else { continue };
        reader.settings("sysctl", node.get("sysctl"), &mut contract.config);
        let compared: &[&str] = if block == "security" {
            &["sysctl", "ssh"]
        } else {
            &["sysctl"]
        };
        if block == "security" {
            reader.settings("sshd", node.get("ssh"), &mut contract.config);
        }
        for (key, value) in node
            .entries()
            .iter()
            .filter(|(key, _)| !compared.contains(&key.text.as_str()))
        {
            declare(&mut contract, &format!("{block}.{}", key.text), Some(value));
        }
    }
    if let Some(packages) = root.get("packages") {
        reader.packages(packages.get("install"), &mut contract.packages);
        reader.absent_packages(packages.get("remove"), &mut contract.packages);
        reader.runtimes(packages.get("runtimes"), &mut contract.packages);
        match packages.get("services") {
            Some(units) if matches!(units.value, Value::Map(_)) => {
                reader.units(Some(units), &mut contract.services);
            }
            units => reader.running(units, &mut contract.services),
        }
        declare(&mut contract, "packages.repos", packages.get("repos"));
    }
    if let Some(node) = root.get("compliance") {
        let (sbom_required, sbom_url) = flag_or_text(node.get("sbom"));
        let (signed, signature_key_ref) = flag_or_text(node.get("signing"));
        contract.compliance = Compliance {
            frameworks: texts(node.get("frameworks")),
            slsa_level: number(node, "slsa_level"),
            signed,
            signature_key_ref,
            sbom_required,
            sbom_url,
            ..Compliance::default()
        };
    }
    platforms_c(root.get("platforms"), &mut contract);
    for kind in ["inspec", "goss", "custom"] {
        for node in one_or_many(root.get("tests").and_then(|tests| tests.get(kind))) {
            let reference = node.text().unwrap_or_default().to_owned();
            contract.checks.push(ImageCheck {
                kind: kind.into(),
                reference,
            });
        }
    }
    contract
}

fn platforms_c(list: Option<&Node>, contract: &mut ImageContract) {
    for item in list.map(Node::items).unwrap_or_default() {
        let name = item
            .text()
            .map(str::to_owned)
            .or_else(|| text(item, "platform"))
            .unwrap_or_default();
        if let (Some(platform), Some(reference)) = (ImagePlatform::parse(&name), text(item, "reference")) {
            if platform == ImagePlatform::Oci {
                oci_image(reference, contract);
            } else {
                let region = text(item, "region");
                contract.coordinates.push(Coordinate {
                    platform,
                    region,
                    reference,
                });
            }
        }
        contract
            .platforms
            .entry(name)
            .or_insert_with(|| Json::Object(serde_json::Map::new()));
    }
}

/// `true`, `false`, `required`, `optional` say whether; any other text is where or with what, and implies yes.
fn flag_or_text(node: Option<&Node>) -> (Option<bool>, Option<String>) {
    match node.map(|node| (&node.value, node.text())) {
        Some((Value::Flag(flag), _)) => (Some(*flag), None),
        Some((_, Some("required"))) => (Some(true), None),
        Some((_, Some("optional"))) => (Some(false), None),
        Some((_, Some(text))) => (Some(true), Some(text.to_owned())),
        _ => (None, None),
    }
}

fn declare(contract: &mut ImageContract, path: &str, node: Option<&Node>) {
    if let Some(node) = node {
        contract.declared.insert(path.to_owned(), node.to_json());
    }
}

fn json_map(node: &Node) -> BTreeMap<String, Json> {
    node.entries()
        .iter()
        .map(|(key, value)| (key.text.clone(), value.to_json()))
        .collect()
}
