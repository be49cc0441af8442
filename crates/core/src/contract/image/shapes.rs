//! The three forms of the image contract as tables. The spelling of every field is a promise.

use crate::contract::shape::{Object, Pattern, Shape, optional, required};
use crate::image::ServiceExpectation;

pub const PACKAGES_MAX: usize = 5_000;
pub const SETTINGS_MAX: usize = 2_000;
pub const LABELS_MAX: usize = 200;
pub const REGIONS_MAX: usize = 200;
pub const ENTRIES_MAX: usize = 500;

const LINE: Shape = Shape::Text(Pattern::Line);
const NAME: Shape = Shape::Text(Pattern::Name);
const LINES: Shape = Shape::List {
    of: &LINE,
    max: ENTRIES_MAX,
};
const REGIONS: Shape = Shape::List {
    of: &LINE,
    max: REGIONS_MAX,
};
const LABELS: Shape = Shape::Map {
    keys: Pattern::Line,
    of: &Shape::Setting,
    max: LABELS_MAX,
};
const SETTINGS: Shape = Shape::Map {
    keys: Pattern::Line,
    of: &Shape::Setting,
    max: SETTINGS_MAX,
};
const CONFIG: Shape = Shape::Map {
    keys: Pattern::SettingKey,
    of: &Shape::Setting,
    max: SETTINGS_MAX,
};
const UNITS: Shape = Shape::Map {
    keys: Pattern::Line,
    of: &Shape::Choice(ServiceExpectation::NAMES),
    max: ENTRIES_MAX,
};
const CIS_LEVEL: Shape = Shape::Integer { min: 0, max: 2 };
const SLSA_LEVEL: Shape = Shape::Integer { min: 0, max: 4 };
const STATUS: Shape = Shape::Choice(&["draft", "testing", "production", "deprecated", "retired"]);
const DAYS: Shape = Shape::Integer { min: 0, max: 36_500 };

macro_rules! object {
    ($($field:expr),* $(,)?) => { Shape::Object(&Object { fields: &[$($field),*], open: false }) };
}
macro_rules! open_object {
    ($($field:expr),* $(,)?) => { Shape::Object(&Object { fields: &[$($field),*], open: true }) };
}

const PACKAGE: Shape = Shape::Either(&[
    Shape::Text(Pattern::Package),
    object![
        required(
            "name",
            LINE,
            "the package's own name, as the package manager prints it"
        ),
        optional(
            "version",
            Shape::Version,
            "this version; with >= in front this one or later"
        ),
        optional("minVersion", Shape::Version, "this version or later"),
        optional(
            "state",
            Shape::Choice(&["present", "absent"]),
            "whether it must be installed; present if left out"
        ),
        optional(
            "ecosystem",
            LINE,
            "OSV ecosystem such as Debian:12, Alpine or PyPI; any if left out"
        ),
    ],
]);
const PACKAGES: Shape = Shape::List {
    of: &PACKAGE,
    max: PACKAGES_MAX,
};
const RUNTIMES: Shape = Shape::List {
    of: &object![
        required(
            "name",
            NAME,
            "language runtime: python, java, node, go, ruby, php, dotnet, perl"
        ),
        required("version", Shape::Version, "release series, such as 3.11 or 17"),
    ],
    max: ENTRIES_MAX,
};

pub const FORM_A: Shape = object![
    required("apiVersion", Shape::Choice(&["ql-rf.io/v1"]), "ql-rf.io/v1"),
    required("kind", Shape::Choice(&["GoldenImage"]), "GoldenImage"),
    required("metadata", METADATA, "which image this is"),
    required("spec", SPEC, "what it contains and where it is"),
];

const METADATA: Shape = object![
    required("family", NAME, "family of images that replace one another"),
    required("version", Shape::Version, "version inside the family"),
    optional("labels", LABELS, "for selection"),
    optional("annotations", LABELS, "for people"),
];

const SPEC: Shape = object![
    required("os", OS_A, "operating system"),
    optional("compliance", COMPLIANCE_A, "what was promised and attested"),
    optional("lifecycle", LIFECYCLE, "where this version stands"),
    optional("platforms", PLATFORMS_A, "coordinates per platform"),
    optional("build", BUILD, "where it was built from"),
    optional("windows", WINDOWS, "Windows only"),
    optional("packages", PACKAGES, "packages expected on an asset"),
    optional("services", UNITS, "unit to expected state"),
    optional(
        "config",
        CONFIG,
        "setting to expected value, such as sysctl:net.ipv4.ip_forward"
    ),
];

const OS_A: Shape = object![
    required("name", LINE, "ID of os-release, or windows"),
    required("version", Shape::Version, "VERSION_ID of os-release"),
    optional("architecture", LINE, "as uname -m prints it"),
];

const COMPLIANCE_A: Shape = object![
    optional("cisLevel", CIS_LEVEL, "CIS benchmark level"),
    optional("signed", Shape::Flag, "whether the image is signed"),
    optional("signatureKeyRef", LINE, "key that signed it"),
    optional(
        "sbomRequired",
        Shape::Flag,
        "whether an SBOM must be attached before promotion"
    ),
    optional("sbomUrl", LINE, "where the SBOM is"),
    optional("slsaLevel", SLSA_LEVEL, "SLSA build level"),
    optional(
        "attestations",
        Shape::List {
            of: &object![
                required("type", LINE, "kind of attestation"),
                optional("url", LINE, "where it is"),
                optional("passed", Shape::Flag, "as claimed"),
            ],
            max: ENTRIES_MAX,
        },
        "statements about this version"
    ),
];

const LIFECYCLE: Shape = object![
    optional("status", STATUS, "draft if left out"),
    optional("createdAt", Shape::Time, "RFC 3339"),
    optional("promotedAt", Shape::Time, "RFC 3339"),
    optional("deprecatedAt", Shape::Time, "RFC 3339"),
    optional("retiredAt", Shape::Time, "RFC 3339"),
    optional("retentionDays", DAYS, "days to keep it after retirement"),
];

const PLATFORMS_A: Shape = object![
    optional("aws", AWS, "Amazon EC2"),
    optional("azure", AZURE, "Azure Compute Gallery"),
    optional("gcp", GCP, "Google Compute Engine"),
    optional("vsphere", VSPHERE, "VMware vSphere"),
    optional("oci", OCI, "container image"),
    optional(
        "kubernetes",
        object![required("nodeImages", LINES, "node image references")],
        "Kubernetes nodes"
    ),
    optional(
        "baremetal",
        object![required(
            "images",
            LINES,
            "image names as the installer reports them"
        )],
        "bare metal"
    ),
];
const AWS: Shape = object![
    optional("regions", REGIONS, "regions it is published in"),
    optional(
        "amiIds",
        Shape::Map {
            keys: Pattern::Name,
            of: &NAME,
            max: REGIONS_MAX
        },
        "region to AMI id"
    ),
    optional("shareWithAccounts", LINES, "account ids, in quotes"),
    optional("kmsKeyId", LINE, "key of the snapshots"),
];
const AZURE: Shape = object![
    optional("subscriptionId", LINE, "subscription of the gallery"),
    optional("resourceGroup", LINE, "resource group of the gallery"),
    optional(
        "gallery",
        object![
            required("name", LINE, "gallery"),
            required("imageName", LINE, "image definition"),
            required("imageVersion", Shape::Version, "image version"),
        ],
        "the gallery image"
    ),
    optional("regions", REGIONS, "regions it is replicated to"),
];
const GCP: Shape = object![
    required("projectId", LINE, "project of the image"),
    optional("imageFamily", LINE, "image family"),
    optional("imageName", LINE, "image"),
    optional("regions", REGIONS, "storage locations"),
];
const VSPHERE: Shape = object![
    optional("vcenter", LINE, "vCenter"),
    optional("datacenter", LINE, "datacenter; limits the coordinate to it"),
    optional("cluster", LINE, "cluster"),
    optional("datastore", LINE, "datastore"),
    optional("folder", LINE, "folder"),
    optional("templateName", LINE, "template"),
    optional("contentLibrary", LINE, "content library"),
];
const OCI: Shape = object![
    required("image", LINE, "registry/repository:tag"),
    optional("digest", Shape::Text(Pattern::Digest), "manifest digest"),
];

const BUILD: Shape = object![
    optional("packerTemplate", LINE, "path of the template"),
    optional("sourceImage", LINE, "what it was built from"),
    optional("buildNumber", Shape::Version, "of the pipeline"),
    optional("gitCommit", Shape::Version, "commit of the template"),
    optional("ciPipelineUrl", LINE, "pipeline run"),
];

const WINDOWS: Shape = object![
    optional("edition", LINE, "Windows edition"),
    optional("servicing", Shape::Any, "channel and cumulative update"),
    optional("security", Shape::Any, "BitLocker, Credential Guard and others"),
    optional("defender", Shape::Any, "Microsoft Defender"),
    optional("laps", Shape::Any, "local administrator passwords"),
    optional("roles", Shape::Any, "roles and features"),
    optional("dotnet", Shape::Any, ".NET"),
    optional("powershell", Shape::Any, "PowerShell"),
    optional("audit", Shape::Any, "audit policy"),
    optional("firewall", Shape::Any, "Windows Firewall"),
];

const FLAG_OR_LINE: Shape = Shape::Either(&[Shape::Flag, LINE]);
const UNIT_NAMES: Shape = Shape::Either(&[LINE, LINES]);

pub const FORM_B: Shape = object![
    required("schema", Shape::Choice(&["v1"]), "v1"),
    required("id", NAME, "family of images that replace one another"),
    required("version", Shape::Version, "version inside the family"),
    required("os", OS_B, "operating system"),
    optional(
        "hardening",
        object![
            optional("cis_level", CIS_LEVEL, "CIS benchmark level"),
            optional("ssh", SETTINGS, "sshd_config keyword to expected value"),
            optional("firewall", Shape::Any, "carried, compared with nothing"),
        ],
        "hardening"
    ),
    optional("runtimes", RUNTIMES, "language runtimes"),
    optional("baseline_packages", PACKAGES, "packages expected on an asset"),
    optional(
        "services",
        object![
            optional("logging", UNIT_NAMES, "unit that must run"),
            optional("metrics", UNIT_NAMES, "unit that must run"),
        ],
        "units that must run"
    ),
    optional(
        "image_checks",
        Shape::List {
            of: &IMAGE_CHECK,
            max: ENTRIES_MAX
        },
        "checks of the build"
    ),
    optional(
        "attestations",
        object![
            optional("sbom", FLAG_OR_LINE, "whether one is required, or its URL"),
            optional("provenance", FLAG_OR_LINE, "whether it is required, or its URL"),
        ],
        "attestations"
    ),
    optional(
        "patch_policy",
        PATCH_POLICY,
        "how assets of this image are patched"
    ),
    optional("sla", SLA, "time to fix"),
    optional("platform_coords", PLATFORM_COORDS, "coordinates per platform"),
];
const OS_B: Shape = object![
    required("name", LINE, "ID of os-release, or windows"),
    required("version", Shape::Version, "VERSION_ID of os-release"),
];
const IMAGE_CHECK: Shape = object![
    optional("inspec_profile", LINE, "InSpec profile"),
    optional("script", LINE, "script"),
];
const PATCH_POLICY: Shape = object![
    optional("default", LINE, "name of the patch contract"),
    optional(
        "emergency_hotfix_ttl_hours",
        Shape::Integer { min: 1, max: 72 },
        "hours until a hotfix is baked or reverted"
    ),
];
const SLA: Shape = object![
    optional("critical_hours", Shape::Integer { min: 1, max: 8_760 }, "hours"),
    optional("high_days", Shape::Integer { min: 1, max: 3_650 }, "days"),
    optional("medium_days", Shape::Integer { min: 1, max: 3_650 }, "days"),
    optional("low_days", Shape::Integer { min: 1, max: 3_650 }, "days"),
];
const PLATFORM_COORDS: Shape = object![
    optional(
        "aws",
        object![required("name", LINE, "AMI name or id")],
        "Amazon EC2"
    ),
    optional(
        "azure",
        object![required("gallery", LINE, "gallery image version id")],
        "Azure Compute Gallery"
    ),
    optional(
        "gcp",
        object![required("family", LINE, "image family or image")],
        "Google Compute Engine"
    ),
    optional(
        "vsphere",
        object![required("template", LINE, "template")],
        "VMware vSphere"
    ),
    optional(
        "oci",
        object![required("image", LINE, "registry/repository:tag, or @sha256:…")],
        "container image"
    ),
];

pub const FORM_C: Shape = object![
    required("name", LINE, "title for people"),
    required("version", Shape::Version, "version inside the family"),
    required("family", NAME, "family of images that replace one another"),
    required(
        "base",
        object![
            required("os", LINE, "ID of os-release, or windows"),
            required("version", Shape::Version, "VERSION_ID of os-release"),
            optional("architecture", LINE, "as uname -m prints it"),
        ],
        "what it is built on"
    ),
    optional(
        "system",
        open_object![optional("sysctl", SETTINGS, "kernel setting to expected value")],
        "system settings; keys other than sysctl are carried, compared with nothing"
    ),
    optional(
        "security",
        open_object![
            optional("ssh", SETTINGS, "sshd_config keyword to expected value"),
            optional("sysctl", SETTINGS, "kernel setting to expected value"),
        ],
        "security settings; keys other than ssh and sysctl are carried, compared with nothing"
    ),
    optional("packages", PACKAGES_C, "packages and services"),
    optional("compliance", COMPLIANCE_C, "what is promised"),
    optional(
        "platforms",
        Shape::List {
            of: &PLATFORM_C,
            max: REGIONS_MAX
        },
        "platforms to build for"
    ),
    optional(
        "tests",
        object![
            optional("inspec", UNIT_NAMES, "InSpec profiles"),
            optional("goss", UNIT_NAMES, "goss files"),
            optional("custom", UNIT_NAMES, "scripts"),
        ],
        "checks of the build"
    ),
];
const PACKAGES_C: Shape = object![
    optional("install", PACKAGES, "packages expected on an asset"),
    optional(
        "remove",
        Shape::List {
            of: &LINE,
            max: PACKAGES_MAX
        },
        "packages that must not be there"
    ),
    optional("repos", Shape::Any, "carried, compared with nothing"),
    optional("runtimes", RUNTIMES, "language runtimes"),
    optional(
        "services",
        Shape::Either(&[LINES, UNITS]),
        "units that must run, or unit to expected state"
    ),
];
const COMPLIANCE_C: Shape = object![
    optional("frameworks", LINES, "frameworks this image is built for"),
    optional("slsa_level", SLSA_LEVEL, "SLSA build level"),
    optional("signing", FLAG_OR_LINE, "whether it is signed, or with which key"),
    optional("sbom", FLAG_OR_LINE, "whether one is required, or its URL"),
];
const PLATFORM_C: Shape = Shape::Either(&[
    Shape::Choice(PLATFORM_NAMES),
    object![
        required("platform", Shape::Choice(PLATFORM_NAMES), "platform"),
        optional("region", LINE, "region or datacenter"),
        optional("reference", LINE, "the provider's name of the image"),
    ],
]);
pub const PLATFORM_NAMES: &[&str] = &["aws", "azure", "gcp", "vsphere", "oci", "kubernetes", "baremetal"];
