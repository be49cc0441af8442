package qlrf.baseline.plain_http_test

import data.qlrf.baseline.plain_http

plan(use, action) := {
	"environments": [{"name": "a", "use": use, "targets": 1}],
	"targets": {"total": 1, "simulated": 0},
	"steps": [{"id": "a", "changes": action.changes, "actions": [action]}],
}

call(url, changes, headers) := {"of": "act", "kind": "http", "changes": changes, "parameters": {"url": url, "headers": headers}}

secret := {"authorization": {"secret": "env:TOKEN"}}

test_https if {
	count(plain_http.deny) == 0 with input as plan("production", call("https://a/", true, secret))
}

test_changes_production if {
	count(plain_http.deny) == 1 with input as plan("production", call("http://a/", true, {}))
}

test_unknown_is_production if {
	count(plain_http.deny) == 1 with input as plan("unknown", call("http://a/", true, {}))
}

test_a_secret_anywhere if {
	count(plain_http.deny) == 1 with input as plan("test", call("http://a/", false, secret))
}

test_a_header_in_plain if {
	count(plain_http.deny) == 0 with input as plan("test", call("http://a/", false, {"accept": "text/html"}))
}

test_looks_at_production if {
	count(plain_http.deny) == 0 with input as plan("production", call("http://a/", false, {}))
}

test_without_headers if {
	count(plain_http.deny) == 0 with input as plan("test", {"of": "undo", "kind": "http", "changes": true, "parameters": {"url": "http://a/"}})
}
