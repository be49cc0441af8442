#!/usr/bin/env bash
# Sets up, builds and starts the product: `make run`, or `./run` where make is missing.
# Arguments go to `qlrf serve`.
set -euo pipefail

# shellcheck source=scripts/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

PROFILE=${PROFILE:-quick}

build() {
    step_begin Build
    step_doing "building qlrf; the first time takes minutes, later ones seconds"
    (cd "$REPO" && cargo build --locked --profile "$PROFILE" -p qlrf-server --bin qlrf) ||
        fail "the build failed; the compiler's message is above" \
            "a message about a missing file or program names what to install" \
            "\"killed\" means too little memory: try CARGO_BUILD_JOBS=1 make run"
    write_launcher
    step_end "the program is bin/qlrf"
}

# One path for the program, whatever profile or target folder built it, that knows where the data is.
write_launcher() {
    mkdir -p "$REPO/bin"
    rm -f "$REPO/bin/qlrf"
    cat >"$REPO/bin/qlrf" <<END
#!/bin/sh
: "\${QLRF_DATA_DIR:=$(state_folder)/data}"
QLRF_CALLED_AS=bin/qlrf
export QLRF_DATA_DIR QLRF_CALLED_AS
exec "$(target_folder)/${PROFILE/#dev/debug}/qlrf" "\$@"
END
    chmod +x "$REPO/bin/qlrf"
}

serve() {
    local data
    data="${QLRF_DATA_DIR:-$(state_folder)/data}"
    step_begin Start
    if [ "$data" = /var/lib/qlrf/data ]; then
        step_doing "the data goes to $data: PostgreSQL never runs as root and could not enter $REPO"
    fi
    mkdir -p "$data"
    step_end "qlrf serve --data-dir $data $*"
    exec "$REPO/bin/qlrf" serve --data-dir "$data" "$@"
}

setup run
build_web
build
serve "$@"
