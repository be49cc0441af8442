package qlrf.baseline.maintenance_window_test

import data.qlrf.baseline.maintenance_window

plan(use, window, at) := {
	"environments": [{"name": "a", "use": use, "targets": 1}],
	"targets": {"total": 1, "simulated": 0},
	"steps": [{"id": "a", "changes": true}],
	"window": window,
	"now": {"at": at},
}

hours(n) := {"starts_at": 100000, "ends_at": 100000 + (n * 3600)}

test_twelve_hours if {
	count(maintenance_window.deny) == 0 with input as plan("production", hours(12), 0)
}

test_thirteen_hours if {
	count(maintenance_window.deny) == 1 with input as plan("production", hours(13), 0)
}

test_no_window if {
	count(maintenance_window.deny) == 1 with input as plan("production", null, 0)
}

test_unknown_is_production if {
	count(maintenance_window.deny) == 1 with input as plan("unknown", null, 0)
}

test_staging_needs_none if {
	count(maintenance_window.deny) == 0 with input as plan("staging", null, 0)
}

test_the_last_second if {
	count(maintenance_window.deny) == 0 with input as plan("production", hours(1), 103599)
}

test_over if {
	count(maintenance_window.deny) == 1 with input as plan("staging", hours(1), 103600)
}
