# How large a part of the targets is worked on, or may be out of service, at a time. The strictest environment counts.
package qlrf.baseline.batch_limit

import data.qlrf.lib

# In percent.
most := {"production": 25, "unknown": 25, "staging": 50, "test": 100, "development": 100}

percent := min({most[use] | some use in lib.uses})

# Steps that change each target, and not all of them in one go.
on_each if {
	some step in lib.changes
	step.on_each_target
}

deny contains {
	"reason": sprintf("%d of %d targets are worked on at a time, and %d %% is the most in this environment", [input.limits.batch, input.targets.total, percent]),
	"remedy": "make `limits.batch` smaller; one at a time is always allowed",
} if {
	on_each
	lib.share_exceeded(input.limits.batch, input.targets.total, percent)
}

deny contains {
	"reason": sprintf("%d of %d targets may be out of service at once, and %d %% is the most in this environment", [input.limits.max_unavailable, input.targets.total, percent]),
	"remedy": "make `limits.max_unavailable` smaller; one is always allowed",
} if {
	on_each
	lib.share_exceeded(input.limits.max_unavailable, input.targets.total, percent)
}
