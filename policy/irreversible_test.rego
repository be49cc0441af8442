package qlrf.baseline.irreversible_test

import data.qlrf.baseline.irreversible

plan(use, approvers) := {
	"environments": [{"name": "a", "use": use, "targets": 1}],
	"targets": {"total": 1, "simulated": 0},
	"steps": [{"id": "wipe", "changes": true, "irreversible": true, "approvals": [{"step": "agree", "approvers": n, "role": "engineer"} | some n in approvers]}],
}

test_two_agree if {
	count(irreversible.deny) == 0 with input as plan("production", [2])
}

test_one_agrees if {
	count(irreversible.deny) == 1 with input as plan("production", [1])
}

# The same person may give both.
test_one_agrees_twice if {
	count(irreversible.deny) == 1 with input as plan("production", [1, 1])
}

test_staging if {
	count(irreversible.deny) == 0 with input as plan("staging", [])
}

test_unknown_is_production if {
	count(irreversible.deny) == 1 with input as plan("unknown", [])
}
