//! What may stand where in a document of mapping rules.

use qlrf_core::contract::shape::{Object, Pattern, Shape, optional, required};

use super::{EXAMPLES_MAX, RULES_MAX};

const LABELS_MAX: usize = 32;
const LINE: Shape = Shape::Text(Pattern::Line);
const PLATFORM: Shape = Shape::Choice(PLATFORMS);
const PLATFORMS: &[&str] = &[
    "aws",
    "azure",
    "gcp",
    "vsphere",
    "kubernetes",
    "baremetal",
    "edge",
    "local",
];
const KIND: Shape = Shape::Choice(KINDS);
const KINDS: &[&str] = &[
    "virtual_machine",
    "physical_host",
    "kubernetes_node",
    "container",
    "host",
];
const CRITICALITY: Shape = Shape::Choice(&["low", "medium", "high", "critical"]);
const FIELD: Shape = Shape::Choice(&[
    "site",
    "env",
    "project",
    "workload",
    "owner",
    "criticality",
    "image_family",
]);
const CONDITION: Shape = Shape::Either(&[
    LINE,
    Shape::Object(&Object {
        fields: &[required(
            "regex",
            LINE,
            "found anywhere in the value; bind it with ^ and $",
        )],
        open: false,
    }),
]);

const WHEN: Shape = Shape::Object(&Object {
    fields: &[
        optional(
            "platforms",
            Shape::List {
                of: &PLATFORM,
                max: PLATFORMS.len(),
            },
            "any of these",
        ),
        optional(
            "kinds",
            Shape::List {
                of: &KIND,
                max: KINDS.len(),
            },
            "any of these",
        ),
        optional("name", CONDITION, "the asset's name"),
        optional("connector", CONDITION, "the name of the connector that saw it"),
        optional("account", CONDITION, "account, subscription, project or cluster"),
        optional(
            "region",
            CONDITION,
            "region or data centre as the platform calls it",
        ),
        optional("site", CONDITION, "the site that the connector says"),
        optional("env", CONDITION, "the environment that the connector says"),
        optional("project", CONDITION, "the project that the connector says"),
        optional("workload", CONDITION, "the workload that the connector says"),
        optional("owner", CONDITION, "the owner that the connector says"),
        optional(
            "labels",
            Shape::Map {
                keys: Pattern::Line,
                of: &CONDITION,
                max: LABELS_MAX,
            },
            "labels or tags by key; * means that there is one",
        ),
    ],
    open: false,
});

/// Values that are texts with `${…}` in them.
const SET: Shape = Shape::Object(&Object {
    fields: &[
        optional("site", LINE, "where it is"),
        optional("env", LINE, "the environment"),
        optional("project", LINE, "the project"),
        optional("workload", LINE, "what it is for"),
        optional("owner", LINE, "who answers for it"),
        optional("criticality", LINE, "low, medium, high or critical"),
        optional(
            "image_family",
            LINE,
            "the golden image family that it should be of",
        ),
    ],
    open: false,
});

const RULE: Shape = Shape::Object(&Object {
    fields: &[
        required(
            "name",
            LINE,
            "shown as the proof of what it sets; no two rules share one",
        ),
        optional("when", WHEN, "all must hold; every asset if left out"),
        required("set", SET, "what it sets where no rule before it did"),
    ],
    open: false,
});

const GIVEN: Shape = Shape::Object(&Object {
    fields: &[
        required("platform", PLATFORM, "the platform"),
        optional("kind", KIND, "virtual_machine if left out"),
        optional("name", LINE, "the asset's name"),
        optional("connector", LINE, "the name of the connector"),
        optional("account", LINE, "its account"),
        optional("region", LINE, "its region"),
        optional("site", LINE, "the site that the connector says"),
        optional("env", LINE, "the environment that the connector says"),
        optional("project", LINE, "the project that the connector says"),
        optional("workload", LINE, "the workload that the connector says"),
        optional("owner", LINE, "the owner that the connector says"),
        optional(
            "criticality",
            CRITICALITY,
            "the criticality that the connector says",
        ),
        optional(
            "labels",
            Shape::Map {
                keys: Pattern::Line,
                of: &Shape::Text(Pattern::Line),
                max: LABELS_MAX,
            },
            "its labels or tags",
        ),
    ],
    open: false,
});

const EXAMPLE: Shape = Shape::Object(&Object {
    fields: &[
        required("name", LINE, "what it shows"),
        required("given", GIVEN, "what a connector would say"),
        optional("expect", SET, "what must come out"),
        optional(
            "unknown",
            Shape::List { of: &FIELD, max: 7 },
            "what must stay unknown",
        ),
    ],
    open: false,
});

pub const DOCUMENT: Shape = Shape::Object(&Object {
    fields: &[
        required("apiVersion", Shape::Choice(&["ql-rf.io/v1"]), "ql-rf.io/v1"),
        required("kind", Shape::Choice(&["MappingRules"]), "MappingRules"),
        required(
            "rules",
            Shape::List {
                of: &RULE,
                max: RULES_MAX,
            },
            "in the order in which they are looked at",
        ),
        optional(
            "examples",
            Shape::List {
                of: &EXAMPLE,
                max: EXAMPLES_MAX,
            },
            "what the rules must do",
        ),
    ],
    open: false,
});
