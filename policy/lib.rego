# What several rules ask. Rules of organisations may import it: `import data.qlrf.lib`.
package qlrf.lib

# Steps that may leave something other than it was.
changes contains step if {
	some step in input.steps
	step.changes
}

# What an environment is for decides, and not its name. Undeclared, or declared as something else, is `unknown`.
uses contains environment.use if some environment in input.environments

# A plan that names no targets does not say what it touches.
uses contains "unknown" if input.targets.total == 0

# What is not known counts as production.
strict contains "production"

strict contains "unknown"

in_production if count(uses & strict) > 0

changes_production if {
	in_production
	count(changes) > 0
}

# The largest part of `total`, in percent and rounded up; one is always allowed.
share_exceeded(number, total, percent) if {
	number > 1
	number * 100 > total * percent
}

actions contains {"step": step.id, "of": action.of, "kind": action.kind, "parameters": action.parameters, "changes": action.changes} if {
	some step in input.steps
	some action in step.actions
}
