#!/usr/bin/env bash
# Sets up, builds and starts the product: `make run`, or `./run` where make is missing.
# Arguments go to `qlrf serve`.
set -euo pipefail

# shellcheck source=scripts/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

PROFILE=${QLRF_PROFILE:-run}

build() {
    step_begin Build
    step_doing "building qlrf; the first time takes minutes, later ones seconds"
    (cd "$REPO" && cargo build --locked --profile "$PROFILE" -p qlrf-server --bin qlrf) ||
        fail "the build failed; the compiler's message is above" \
            "a message about a missing file or program names what to install" \
            "\"killed\" means too little memory: try CARGO_BUILD_JOBS=1 make run"
    # One path for the program, whatever profile or target folder built it.
    mkdir -p "$REPO/bin"
    ln -sfn "$(target_folder)/$PROFILE/qlrf" "$REPO/bin/qlrf"
    step_end "the program is bin/qlrf"
}

target_folder() {
    local folder=${CARGO_TARGET_DIR:-target}
    case $folder in /*) echo "$folder" ;; *) echo "$REPO/$folder" ;; esac
}

serve() {
    local data
    data="$(state_folder)/data"
    step_begin Start
    if [ "$data" != "$REPO/data" ]; then
        step_doing "the data goes to $data, because PostgreSQL never runs as root and could not enter $REPO"
        mkdir -p "$data"
    fi
    step_end "qlrf serve --data-dir $data $*"
    exec "$REPO/bin/qlrf" serve --data-dir "$data" "$@"
}

setup run
build
serve "$@"
