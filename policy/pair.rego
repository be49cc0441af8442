# Sites that stand in for each other are not changed together.
package qlrf.baseline.pair

import data.qlrf.lib

sites := {site.name | some site in input.sites}

deny contains {
	"reason": sprintf("\"%s\" and \"%s\" stand in for each other, and the plan changes both", [pair.primary, pair.secondary]),
	"remedy": "make a plan for each of them, and let the first be over before the second",
} if {
	count(lib.changes) > 0
	some pair in input.pairs
	pair.primary in sites
	pair.secondary in sites
}

# A target of which that is not known may stand on the other side.
deny contains {
	"reason": sprintf("\"%s\" and \"%s\" stand in for each other, and of some targets the site is not known", [pair.primary, pair.secondary]),
	"remedy": "map the site of every target, or leave out those without one",
} if {
	count(lib.changes) > 0
	null in sites
	some pair in input.pairs
	some side in [pair.primary, pair.secondary]
	side in sites
}
