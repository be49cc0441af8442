package qlrf.baseline.production_approval_test

import data.qlrf.baseline.production_approval

step(id, approvals) := {"id": id, "changes": true, "approvals": approvals}

agreed := [{"step": "agree", "approvers": 1, "role": "engineer"}]

plan(use, steps) := {"environments": [{"name": "a", "use": use, "targets": 1}], "targets": {"total": 1, "simulated": 0}, "steps": steps}

test_approved if {
	count(production_approval.deny) == 0 with input as plan("production", [step("a", agreed)])
}

test_one_step_before_the_approval if {
	some denial in production_approval.deny with input as plan("production", [step("a", agreed), step("b", [])])
	contains(denial.reason, "\"b\"")
}

test_unknown_is_production if {
	count(production_approval.deny) == 1 with input as plan("unknown", [step("a", [])])
}

test_without_targets_is_production if {
	count(production_approval.deny) == 1 with input as {"environments": [], "targets": {"total": 0, "simulated": 0}, "steps": [step("a", [])]}
}

test_staging_needs_none if {
	count(production_approval.deny) == 0 with input as plan("staging", [step("a", [])])
}

test_looking_needs_none if {
	count(production_approval.deny) == 0 with input as plan("production", [{"id": "a", "changes": false, "approvals": []}])
}
