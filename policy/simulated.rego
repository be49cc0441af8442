# What the simulator invented and what is there never stand in one plan.
package qlrf.baseline.simulated

deny contains {
	"reason": sprintf("%d of %d targets are simulated, and the others are not", [input.targets.simulated, input.targets.total]),
	"remedy": "make a plan for each: `simulated:true` and `simulated:false` choose them",
} if {
	input.targets.simulated > 0
	input.targets.simulated < input.targets.total
}
