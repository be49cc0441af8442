# What is sent over plain HTTP is read, and changed, by whoever stands between.
package qlrf.baseline.plain_http

import data.qlrf.lib

plain(action) if {
	action.kind == "http"
	startswith(action.parameters.url, "http://")
}

carries_secret(action) if {
	some value in object.get(action.parameters, "headers", {})
	is_object(value)
}

deny contains {
	"reason": sprintf("the step \"%s\" sends a secret over plain HTTP", [action.step]),
	"remedy": "ask for it over https://",
} if {
	some action in lib.actions
	plain(action)
	carries_secret(action)
}

deny contains {
	"reason": sprintf("the step \"%s\" changes production over plain HTTP", [action.step]),
	"remedy": "ask for it over https://",
} if {
	lib.in_production
	some action in lib.actions
	plain(action)
	action.changes
}
