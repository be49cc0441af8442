package qlrf.baseline.batch_limit_test

import data.qlrf.baseline.batch_limit

plan(uses, total, batch, unavailable) := {
	"environments": [{"name": use, "use": use, "targets": 1} | some use in uses],
	"targets": {"total": total, "simulated": 0},
	"limits": {"batch": batch, "max_unavailable": unavailable},
	"steps": [{"id": "a", "changes": true, "on_each_target": true}],
}

test_a_quarter_of_production if {
	count(batch_limit.deny) == 0 with input as plan(["production"], 8, 2, 2)
}

test_more_than_a_quarter if {
	count(batch_limit.deny) == 2 with input as plan(["production"], 8, 3, 3)
}

test_more_out_of_service if {
	count(batch_limit.deny) == 1 with input as plan(["production"], 8, 2, 3)
}

test_one_is_always_allowed if {
	count(batch_limit.deny) == 0 with input as plan(["production"], 1, 1, 1)
}

test_half_of_staging if {
	count(batch_limit.deny) == 0 with input as plan(["staging"], 4, 2, 2)
}

test_more_than_half_of_staging if {
	count(batch_limit.deny) == 2 with input as plan(["staging"], 4, 3, 3)
}

test_the_strictest_counts if {
	count(batch_limit.deny) == 2 with input as plan(["test", "production"], 4, 2, 2)
}

test_unknown_is_production if {
	count(batch_limit.deny) == 2 with input as plan(["unknown"], 4, 2, 2)
}

test_all_of_a_test_environment if {
	count(batch_limit.deny) == 0 with input as plan(["test"], 4, 4, 4)
}
