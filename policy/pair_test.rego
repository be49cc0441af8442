package qlrf.baseline.pair_test

import data.qlrf.baseline.pair

plan(sites) := {
	"sites": [{"name": site, "targets": 1} | some site in sites],
	"pairs": [{"primary": "ams1", "secondary": "fra1"}],
	"steps": [{"id": "a", "changes": true}],
}

test_one_side if {
	count(pair.deny) == 0 with input as plan(["ams1", "lon1"])
}

test_both_sides if {
	count(pair.deny) == 1 with input as plan(["ams1", "fra1"])
}

test_one_side_and_a_site_that_is_not_known if {
	count(pair.deny) == 1 with input as plan([null, "fra1"])
}

test_no_side_and_a_site_that_is_not_known if {
	count(pair.deny) == 0 with input as plan([null, "lon1"])
}

test_looking_at_both if {
	count(pair.deny) == 0 with input as object.union(plan(["ams1", "fra1"]), {"steps": []})
}
