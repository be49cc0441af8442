# What cannot be taken back in production takes two people who agree before it.
package qlrf.baseline.irreversible

import data.qlrf.lib

agreed_by_two(step) if {
	some approval in step.approvals
	approval.approvers >= 2
}

deny contains {
	"reason": sprintf("the step \"%s\" cannot be taken back, and fewer than two people agree before it", [step.id]),
	"remedy": "give it an undo, or put an approval of two approvers before it",
} if {
	lib.changes_production
	some step in input.steps
	step.irreversible
	not agreed_by_two(step)
}
