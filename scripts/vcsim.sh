# A vCenter for the tests of the vSphere connector: the simulator of govmomi, from Debian's sources; sourced by setup.sh.
# It is built once on a machine for each state of its main.go, and kept outside the clone. Without it the tests skip by name.
# shellcheck shell=bash

setup_vcsim() {
    local kept
    step_begin "vCenter"
    kept="${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/qlrf-peers/vcsim-$(sha256sum "$REPO/scripts/vcsim/main.go" | cut -c 1-12)"
    if [ -x "$kept" ]; then
        link_vcsim "$kept"
        step_end "there"
    elif ! can_install; then
        step_end "not installed; tests against it skip (it is built from Debian's golang-github-vmware-govmomi-dev)"
    elif vcsim_from_debian "$kept" && link_vcsim "$kept"; then
        step_end "built"
    else
        step_end "could not be built; tests against it skip (see $LOGS/vcsim.log)"
    fi
}

link_vcsim() {
    mkdir -p "$PEERS/bin"
    ln -sfn "$1" "$PEERS/bin/vcsim"
}

vcsim_from_debian() {
    step_doing "building the simulator; once on this machine"
    apt_install golang-go golang-github-vmware-govmomi-dev golang-github-google-uuid-dev || return 1
    mkdir -p "$(dirname "$1")" "$PEERS"
    (
        cd "$REPO/scripts/vcsim"
        export GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS='' GOCACHE="$PEERS/gocache" CGO_ENABLED=0
        logged vcsim go build -o "$1" main.go
    ) || return 1
    rm -rf "$PEERS/gocache"
}
