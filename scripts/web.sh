# Finds Node and what the web application's tests need, or gets it; sourced by setup.sh. Without the folder ui/ nothing
# here does anything, and without Node the program still builds, only without its web application.
# shellcheck shell=bash

NODE_MAJOR_MIN=20
# Set when the web application can be built here.
WEB_READY=

setup_web() {
    [ -f "$REPO/ui/package.json" ] || return 0
    step_begin Node
    if ! recent_node && ! node_from_apt; then
        step_end "no Node $NODE_MAJOR_MIN or newer: the program is built without its web application (as root: apt-get install nodejs npm)"
        return 0
    fi
    if modules_current; then
        step_end "$(node --version) in $(dirname "$(command -v node)")"
    else
        step_doing "$(node --version): fetching the packages of ui/"
        if ! (cd "$REPO/ui" && logged npm npm ci --no-audit --no-fund); then
            step_end "the packages of ui/ could not be fetched: the program is built without its web application"
            return 0
        fi
        step_end "$(node --version), packages fetched"
    fi
    WEB_READY=yes
    if [ "$1" = test ]; then setup_chromium; fi
}

recent_node() {
    local major
    have npm || return 1
    major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p')
    [ "${major:-0}" -ge "$NODE_MAJOR_MIN" ]
}

# Asked only where the distribution's own is recent enough.
node_from_apt() {
    can_install || return 1
    local candidate
    candidate=$(apt_candidate nodejs)
    [ "${candidate%%[!0-9]*}" -ge "$NODE_MAJOR_MIN" ] 2>/dev/null || return 1
    step_doing "installing Debian's nodejs $candidate"
    apt_install nodejs npm || return 1
    hash -r
    recent_node
}

# `npm ci` begins anew each time and writes the first of these last; it is needed once for each change of the second.
modules_current() { [ "$REPO/ui/node_modules/.package-lock.json" -nt "$REPO/ui/package-lock.json" ]; }

# Playwright's own browsers are not fetched: the distribution's is enough, and is updated with it.
setup_chromium() {
    step_begin Chromium
    if ! chromium_program >/dev/null && can_install; then
        step_doing "installing chromium"
        apt_install chromium || true
        hash -r
    fi
    if chromium_program >/dev/null; then
        step_end "$(chromium_program)"
    else
        step_end "not installed; the tests in a browser are skipped (as root: apt-get install chromium)"
    fi
}

chromium_program() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

# What the server embeds is built before it.
build_web() {
    [ -n "$WEB_READY" ] || return 0
    step_begin "Web"
    (cd "$REPO/ui" && logged web npm run build) || fail "the web application could not be built" "see $LOGS/web.log"
    step_end built
}

# Types, lint and unit tests; then the journeys in a browser, against the program that was just built.
test_web() {
    [ -n "$WEB_READY" ] || return 0
    step_begin "Web"
    (cd "$REPO/ui" && npm run check) || fail "\`npm run check\` failed in ui/" "its message is above"
    step_end checked
    if ! chromium_program >/dev/null; then
        say "  skipped: the tests in a browser need chromium"
        return 0
    fi
    (cd "$REPO/ui" && QLRF_BIN="$1" npm run e2e) || fail "\`npm run e2e\` failed in ui/" "its message is above"
}
