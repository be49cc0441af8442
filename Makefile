# Every target is one script or one command, so that the same works without make.
.PHONY: help run test check gen bench screenshots release

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

run: ## Sets up, builds and starts the product; ARGS="…" goes to `qlrf serve`
	@scripts/run.sh $(ARGS)

test: ## Sets up and runs every check and every test
	@scripts/test.sh

check: ## Checks the rules that the compiler cannot
	@cargo xtask check

gen: ## Writes the checked-in generated files again
	@cargo xtask gen

release: ## Builds target/release/qlrf
	@cargo build --locked --release -p qlrf-server --bin qlrf

screenshots: release ## Takes docs/screenshots again, from a simulated estate
	@cd ui && QLRF_BIN=../target/release/qlrf npm run screenshots

bench: release ## Measures; AREA=… for one, ARGS=--record to write docs/benchmarks.md
	@cargo xtask bench $(AREA) $(ARGS)
