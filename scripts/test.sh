#!/usr/bin/env bash
# Sets up and runs every check and every test: `make test`. The test runner's closing lines come last.
set -euo pipefail

# shellcheck source=scripts/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

check() {
    step_begin "$1"
    shift
    "$@" || fail "\`$*\` failed" "its message is above"
    step_end ok
}

check_scripts() {
    if ! have shellcheck; then
        say "  skipped: shellcheck is not installed"
        return
    fi
    shellcheck --external-sources run .ci/run scripts/*.sh fuzz/*.sh
}

# Both run the same tests; nextest runs the binaries side by side and names a hanging test.
run_tests() {
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --locked --workspace
    else
        cargo test --locked --workspace --lib --bins --tests
    fi
}

cd "$REPO"
setup test
build_web
say "Checking:"
check Format cargo fmt --all --check
check Scripts check_scripts
check Clippy cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
check Rules cargo xtask check
say "Testing:"
run_tests
test_web "$(target_folder)/debug/qlrf"
