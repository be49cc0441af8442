# Nothing is changed while the organisation has frozen what it is changed for.
package qlrf.baseline.freeze

import data.qlrf.lib

# What is not known counts as production.
touched := lib.uses | {"production" | "unknown" in lib.uses}

# A plan without a window may be run now.
span := {"from": input.window.starts_at, "until": input.window.ends_at} if input.window != null

span := {"from": input.now.at, "until": input.now.at + 1} if input.window == null

deny contains {
	"reason": sprintf("\"%s\" freezes changes in this time", [freeze.name]),
	"remedy": "choose a window outside of the freeze, or ask whoever declared it",
} if {
	count(lib.changes) > 0
	some freeze in input.freezes
	some use in freeze.uses
	use in touched
	freeze.from < span.until
	span.from < freeze.until
}
