# People agree before production is changed. An approval counts for the steps that cannot begin before it is given.
package qlrf.baseline.production_approval

import data.qlrf.lib

unapproved contains step.id if {
	some step in lib.changes
	count(step.approvals) == 0
}

deny contains {
	"reason": sprintf("%d of the steps that change production can begin without an approval, the first by name is \"%s\"", [count(unapproved), min(unapproved)]),
	"remedy": "put an approval before the first step that changes something",
} if {
	lib.changes_production
	count(unapproved) > 0
}
