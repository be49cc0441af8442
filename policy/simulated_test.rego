package qlrf.baseline.simulated_test

import data.qlrf.baseline.simulated

plan(total, invented) := {"targets": {"total": total, "simulated": invented}}

test_none if count(simulated.deny) == 0 with input as plan(2, 0)

test_all if count(simulated.deny) == 0 with input as plan(2, 2)

test_both if count(simulated.deny) == 1 with input as plan(2, 1)

test_no_targets if count(simulated.deny) == 0 with input as plan(0, 0)
