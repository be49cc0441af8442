# Production is changed in a window, and a window is hours and not days.
package qlrf.baseline.maintenance_window

import data.qlrf.lib

hours_max := 12

deny contains {
	"reason": "the plan changes production and has no window",
	"remedy": "give it a `window` in which it may be run",
} if {
	lib.changes_production
	input.window == null
}

deny contains {
	"reason": sprintf("the window is longer than the %d hours in which production may be changed", [hours_max]),
	"remedy": "choose a shorter window, or make several plans",
} if {
	lib.changes_production
	input.window != null
	input.window.ends_at - input.window.starts_at > hours_max * 3600
}

deny contains {
	"reason": "the window has ended",
	"remedy": "make a plan with another window",
} if {
	count(lib.changes) > 0
	input.window != null
	input.now.at >= input.window.ends_at
}
