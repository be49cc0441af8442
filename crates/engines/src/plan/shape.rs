//! What may stand where in an ExecutionSpec.

use qlrf_core::contract::shape::{Object, Pattern, Shape, optional, required};
use qlrf_core::plan::{STEPS_MAX, TARGETS_MAX};

use super::ASSETS_MAX;

const ARGUMENTS_MAX: usize = 64;
const ENTRIES_MAX: usize = 64;
/// A day: a step that takes longer is several.
const SECONDS_MAX: i64 = 86_400;
const MINUTES_MAX: i64 = 44_640;
const LINE: Shape = Shape::Text(Pattern::Line);
const NAME: Shape = Shape::Text(Pattern::Name);
const SECONDS: Shape = Shape::Integer {
    min: 1,
    max: SECONDS_MAX,
};
const TARGETS: Shape = Shape::Integer {
    min: 1,
    max: TARGETS_MAX as i64,
};
const COMMAND: Shape = Shape::List {
    of: &LINE,
    max: ARGUMENTS_MAX,
};
const SECRET: Shape = Shape::Object(&Object {
    fields: &[required(
        "secret",
        LINE,
        "env:NAME, file:/path or vault:mount/path#field",
    )],
    open: false,
});
const GIVEN: Shape = Shape::Map {
    keys: Pattern::Name,
    of: &Shape::Either(&[LINE, SECRET]),
    max: ENTRIES_MAX,
};

const SSH: Shape = Shape::Object(&Object {
    fields: &[
        required("command", COMMAND, "program and arguments; no shell reads them"),
        optional("user", NAME, "as whom; as the connector signs in, if left out"),
        required("timeout_seconds", SECONDS, "on each target"),
    ],
    open: false,
});

const HTTP: Shape = Shape::Object(&Object {
    fields: &[
        required(
            "method",
            Shape::Choice(&["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
            "GET and HEAD change nothing",
        ),
        required("url", LINE, "http:// or https://, without credentials"),
        optional("headers", GIVEN, "values, or references to secrets"),
        optional("body", LINE, "sent as it is"),
        required(
            "expect_status",
            Shape::Integer { min: 100, max: 599 },
            "any other answer is a failure",
        ),
        required("timeout_seconds", SECONDS, "until the answer"),
    ],
    open: false,
});

const WAIT_FOR_HEALTH: Shape = Shape::Object(&Object {
    fields: &[
        optional("url", LINE, "one address that answers with success"),
        optional(
            "port",
            Shape::Integer { min: 1, max: 65_535 },
            "of each target, that takes a connection",
        ),
        optional("command", COMMAND, "on each target, that ends with 0"),
        required("interval_seconds", SECONDS, "between two tries"),
        required("timeout_seconds", SECONDS, "after which it failed"),
    ],
    open: false,
});

const SQL_PROBE: Shape = Shape::Object(&Object {
    fields: &[
        required("connection", SECRET, "where the connection string is kept"),
        required("query", LINE, "one statement that reads"),
        required("expect", LINE, "the first value of the first row, as text"),
        required("timeout_seconds", SECONDS, "until the answer"),
    ],
    open: false,
});

const NOTIFY: Shape = Shape::Object(&Object {
    fields: &[
        required("channel", NAME, "whom to tell"),
        required("message", LINE, "what"),
    ],
    open: false,
});

const SOURCE: Shape = Shape::Object(&Object {
    fields: &[
        required("repository", LINE, "https:// or ssh://, without a password"),
        required("commit", LINE, "all 40 or 64 hexadecimal digits of it"),
        required("path", LINE, "folder or file below the root"),
    ],
    open: false,
});

const TERRAFORM: Shape = Shape::Object(&Object {
    fields: &[
        required("source", SOURCE, "the folder of the root module"),
        optional("workspace", NAME, "the default one if left out"),
        optional("variables", GIVEN, "values, or references to secrets"),
        optional(
            "deletes_max",
            Shape::Integer { min: 0, max: 1_000 },
            "resources that it may delete; 0 if left out",
        ),
    ],
    open: false,
});

const ANSIBLE: Shape = Shape::Object(&Object {
    fields: &[
        required("source", SOURCE, "the playbook"),
        optional("variables", GIVEN, "values, or references to secrets"),
    ],
    open: false,
});

const HELM: Shape = Shape::Object(&Object {
    fields: &[
        required("source", SOURCE, "the folder of the chart"),
        required("release", NAME, "the name of the release"),
        required("namespace", NAME, "where it is"),
        optional("values", GIVEN, "values, or references to secrets"),
    ],
    open: false,
});

const PACKER: Shape = Shape::Object(&Object {
    fields: &[
        required("source", SOURCE, "the template"),
        optional("variables", GIVEN, "values, or references to secrets"),
    ],
    open: false,
});

const ACTION: Shape = Shape::Named {
    name: "action",
    of: || &ONE_ACTION,
};

static ONE_ACTION: Shape = Shape::Object(&Object {
    fields: &[
        optional("ssh", SSH, "a command on each target"),
        optional("http", HTTP, "one request"),
        optional(
            "wait_for_health",
            WAIT_FOR_HEALTH,
            "until it answers; exactly one of url, port and command",
        ),
        optional("sql_probe", SQL_PROBE, "a question to a database"),
        optional("notify", NOTIFY, "a message"),
        optional(
            "terraform",
            TERRAFORM,
            "Terraform or OpenTofu: plan, then exactly that plan",
        ),
        optional("ansible", ANSIBLE, "a playbook over all targets"),
        optional("helm", HELM, "a release"),
        optional("packer", PACKER, "an image build"),
    ],
    open: false,
});

const PROBE: Shape = Shape::Object(&Object {
    fields: &[
        optional("http", HTTP, "GET or HEAD"),
        optional(
            "wait_for_health",
            WAIT_FOR_HEALTH,
            "exactly one of url, port and command",
        ),
        optional("sql_probe", SQL_PROBE, "a question to a database"),
    ],
    open: false,
});

const STEPS: Shape = Shape::List {
    of: &Shape::Named {
        name: "step",
        of: || &STEP,
    },
    max: STEPS_MAX,
};

/// Exactly one of `sequence`, `parallel`, `wait`, `gate`, `approval` and `act`.
static STEP: Shape = Shape::Object(&Object {
    fields: &[
        required("id", NAME, "unique among all steps"),
        optional("title", LINE, "what people read"),
        optional("sequence", STEPS, "one after the other"),
        optional("parallel", STEPS, "at the same time"),
        optional(
            "wait",
            Shape::Object(&Object {
                fields: &[required("seconds", SECONDS, "how long")],
                open: false,
            }),
            "for a time",
        ),
        optional(
            "gate",
            Shape::Object(&Object {
                fields: &[
                    required("probe", PROBE, "what is asked"),
                    required(
                        "samples",
                        Shape::Integer { min: 1, max: 1_000 },
                        "fewer never pass",
                    ),
                    optional(
                        "failures_max",
                        Shape::Integer { min: 0, max: 999 },
                        "0 if left out",
                    ),
                ],
                open: false,
            }),
            "until measurements allow it",
        ),
        optional(
            "approval",
            Shape::Object(&Object {
                fields: &[
                    required(
                        "approvers",
                        Shape::Integer { min: 1, max: 10 },
                        "people, none of them the author",
                    ),
                    required(
                        "role",
                        Shape::Choice(&["operator", "engineer", "admin"]),
                        "at least, of each",
                    ),
                    required(
                        "expires_minutes",
                        Shape::Integer {
                            min: 1,
                            max: MINUTES_MAX,
                        },
                        "after which nobody may start it any more",
                    ),
                ],
                open: false,
            }),
            "until people agree",
        ),
        optional("act", ACTION, "exactly one action"),
        optional("undo", ACTION, "the action that takes it back"),
        optional("irreversible", Shape::Flag, "true: it cannot be taken back"),
    ],
    open: false,
});

const SPEC: Shape = Shape::Object(&Object {
    fields: &[
        optional(
            "targets",
            Shape::Object(&Object {
                fields: &[
                    optional(
                        "query",
                        LINE,
                        "in the filter language of the fleet: platform:aws env:prod",
                    ),
                    optional(
                        "assets",
                        Shape::List {
                            of: &LINE,
                            max: ASSETS_MAX,
                        },
                        "ids of assets",
                    ),
                ],
                open: false,
            }),
            "exactly one of query and assets; left out when no step acts on assets",
        ),
        required("steps", STEPS, "one after the other"),
        optional(
            "limits",
            Shape::Object(&Object {
                fields: &[
                    required("batch", TARGETS, "targets that a step works on at a time"),
                    required(
                        "max_unavailable",
                        TARGETS,
                        "targets that may be out of service at once",
                    ),
                ],
                open: false,
            }),
            "one target after the other if left out",
        ),
        optional(
            "window",
            Shape::Object(&Object {
                fields: &[
                    required("time_zone", LINE, "as in Europe/Amsterdam"),
                    required("starts_at", Shape::Time, "not before"),
                    required("ends_at", Shape::Time, "not after"),
                ],
                open: false,
            }),
            "when it may run; at any time, if left out",
        ),
        optional(
            "expected",
            Shape::Object(&Object {
                fields: &[
                    optional(
                        "minutes",
                        Shape::Integer {
                            min: 1,
                            max: MINUTES_MAX,
                        },
                        "how long it takes; unknown if left out",
                    ),
                    optional(
                        "cost",
                        Shape::Object(&Object {
                            fields: &[
                                required(
                                    "amount",
                                    Shape::Integer {
                                        min: 0,
                                        max: 1_000_000_000,
                                    },
                                    "in whole units",
                                ),
                                required("currency", LINE, "three capital letters of ISO 4217"),
                            ],
                            open: false,
                        }),
                        "what it costs; unknown if left out",
                    ),
                ],
                open: false,
            }),
            "what its author expects",
        ),
    ],
    open: false,
});

pub const DOCUMENT: Shape = Shape::Object(&Object {
    fields: &[
        required("apiVersion", Shape::Choice(&["ql-rf.io/v1"]), "ql-rf.io/v1"),
        required("kind", Shape::Choice(&["ExecutionSpec"]), "ExecutionSpec"),
        required(
            "metadata",
            Shape::Object(&Object {
                fields: &[required("title", LINE, "what is to be done")],
                open: false,
            }),
            "what it is called",
        ),
        required("spec", SPEC, "what to do, and where"),
    ],
    open: false,
});
