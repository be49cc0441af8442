package qlrf.baseline.freeze_test

import data.qlrf.baseline.freeze

plan(use, window, at) := {
	"environments": [{"name": "a", "use": use, "targets": 1}],
	"targets": {"total": 1, "simulated": 0},
	"steps": [{"id": "a", "changes": true}],
	"window": window,
	"now": {"at": at},
	"freezes": [{"name": "end of year", "from": 1000, "until": 2000, "uses": ["production"]}],
}

test_before if {
	count(freeze.deny) == 0 with input as plan("production", {"starts_at": 500, "ends_at": 1000}, 0)
}

test_touches_its_first_second if {
	some denial in freeze.deny with input as plan("production", {"starts_at": 500, "ends_at": 1001}, 0)
	contains(denial.reason, "end of year")
}

test_after if {
	count(freeze.deny) == 0 with input as plan("production", {"starts_at": 2000, "ends_at": 2500}, 0)
}

test_around if {
	count(freeze.deny) == 1 with input as plan("production", {"starts_at": 500, "ends_at": 2500}, 0)
}

test_without_a_window_now_counts if {
	count(freeze.deny) == 1 with input as plan("production", null, 1999)
}

test_without_a_window_later if {
	count(freeze.deny) == 0 with input as plan("production", null, 2000)
}

test_another_use if {
	count(freeze.deny) == 0 with input as plan("staging", null, 1500)
}

test_unknown_is_production if {
	count(freeze.deny) == 1 with input as plan("unknown", null, 1500)
}
