# Finds the Rust toolchain of rust-toolchain.toml, or gets it; sourced by setup.sh.
# shellcheck shell=bash

# The second is the same installer on the host that also serves the toolchains.
RUSTUP_INSTALLERS="https://sh.rustup.rs https://static.rust-lang.org/rustup/rustup-init.sh"
DOWNLOAD_SECONDS_MAX=60

setup_rust() {
    step_begin Rust
    export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
    local wanted
    wanted=$(sed -n 's/^channel = "\(.*\)"/\1/p' "$REPO/rust-toolchain.toml")
    if have rustup; then
        ensure_toolchain "$wanted"
    elif have cargo && version_at_least "$(rust_version)" "$wanted"; then
        step_end "$(rust_version) in $(dirname "$(command -v cargo)")"
    else
        install_rustup "$wanted"
        ensure_toolchain "$wanted"
    fi
}

ensure_toolchain() {
    if (cd "$REPO" && RUSTUP_AUTO_INSTALL=0 rustup which cargo && RUSTUP_AUTO_INSTALL=0 rustup which clippy-driver) >/dev/null 2>&1; then
        step_end "$1 by rustup"
        return
    fi
    step_doing "installing Rust $1 with rustup (about 150 MB)"
    logged rustup rustup toolchain install "$1" --profile minimal -c rustfmt -c clippy ||
        fail "rustup could not install Rust $1" \
            "check that https://static.rust-lang.org can be reached (rustup honours https_proxy)" \
            "or install Rust $1 or newer by another way and put its cargo on PATH"
    step_end "$1 installed"
}

# Debian's and Ubuntu's own cargo is too old for this workspace; rustup is the way that Rust itself names.
install_rustup() {
    have curl || ensure_packages curl ca-certificates
    local why="no cargo was found"
    if have cargo; then why="the cargo on PATH is $(rust_version), older than $1"; fi
    step_doing "$why; installing rustup into ${CARGO_HOME:-$HOME/.cargo}"
    mkdir -p "$LOGS"
    local url
    for url in $RUSTUP_INSTALLERS; do
        if curl --proto '=https' --tlsv1.2 -fsSL --max-time "$DOWNLOAD_SECONDS_MAX" "$url" -o "$LOGS/rustup-init.sh" 2>>"$LOGS/rustup.log" &&
            logged rustup sh "$LOGS/rustup-init.sh" -y --no-modify-path --profile minimal --default-toolchain none; then
            hash -r
            return
        fi
    done
    fail "rustup could not be fetched (see $LOGS/rustup.log)" \
        "check the network and https_proxy, then run this again" \
        "without internet: install Rust $1 or newer from your mirror and put its cargo on PATH"
}

rust_version() { rustc --version 2>/dev/null | sed -n 's/^rustc \([0-9.]*\).*/\1/p'; }

version_at_least() { [ "$(printf '%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }
