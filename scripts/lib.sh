# Shared by the scripts of this folder; sourced, never run.
# shellcheck shell=bash

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LOGS="$REPO/.cache/logs"
APT_LOCK_WAIT_SECONDS=120

say() { printf '%s\n' "$*"; }

# A step is one line: what it is about, then what was found or done, with the seconds when it took any.
step_begin() {
    STEP=$1
    STEP_SECONDS=$SECONDS
}

step_end() {
    local took=$((SECONDS - STEP_SECONDS))
    if [ "$took" -gt 0 ]; then
        printf '  %-12s %s (%s s)\n' "$STEP" "$*" "$took"
    else
        printf '  %-12s %s\n' "$STEP" "$*"
    fi
}

step_doing() { printf '  %-12s %s ...\n' "$STEP" "$*"; }

# Says what failed and what to do about it, then stops.
fail() {
    printf '\n%s: %s\n' "${STEP:-setup}" "$1" >&2
    shift
    local line
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

is_root() { [ "$(id -u)" -eq 0 ]; }

# Runs a command quietly; its output is in the log, and its end is shown when it fails.
logged() {
    local log="$LOGS/$1.log"
    shift
    mkdir -p "$LOGS"
    if "$@" >>"$log" 2>&1 </dev/null; then return 0; fi
    printf '%s\n' "the last lines of $log:" >&2
    tail -n 15 "$log" | sed 's/^/    /' >&2
    return 1
}

# `sudo` in the way that works here, or nothing. Never waits for a password that nobody can type.
root_prefix() {
    if is_root; then
        return 0
    elif have sudo && sudo -n true 2>/dev/null; then
        echo "sudo -n"
    elif have sudo && [ -t 0 ] && [ -t 2 ]; then
        echo "sudo"
    else
        return 1
    fi
}

can_install() { have apt-get && root_prefix >/dev/null; }

# Installs Debian packages; the caller has checked `can_install`.
apt_install() {
    local prefix
    prefix=$(root_prefix) || return 1
    if [ "$prefix" = sudo ]; then
        say "  $STEP needs to install $*: sudo asks for your password once"
        sudo -v || return 1
    fi
    mkdir -p "$LOGS"
    # shellcheck disable=SC2206 # the prefix is zero to two words
    local apt=($prefix env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o "DPkg::Lock::Timeout=$APT_LOCK_WAIT_SECONDS")
    if ! ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1; then
        logged apt "${apt[@]}" update || return 1
        logged apt "${apt[@]}" install --no-install-recommends "$@"
    elif ! "${apt[@]}" install --no-install-recommends "$@" >>"$LOGS/apt.log" 2>&1 </dev/null; then
        # Package lists grow old; fetch them once and try again.
        logged apt "${apt[@]}" update || return 1
        logged apt "${apt[@]}" install --no-install-recommends "$@"
    fi
}

# The newest version that apt could install, e.g. `15+248+deb12u2`; empty when there is none.
apt_candidate() {
    have apt-cache || return 0
    apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: //p' | grep -v none || true
}

# Where files go that the PostgreSQL child must reach. It never runs as root, so a repository inside a closed folder
# such as /root is out of its sight.
state_folder() {
    if is_root && ! others_may_enter "$REPO"; then
        echo /var/lib/qlrf
    else
        echo "$REPO"
    fi
}

others_may_enter() {
    local folder=$1
    while [ "$folder" != / ]; do
        case $(stat -c %A "$folder") in *[xt]) ;; *) return 1 ;; esac
        folder=$(dirname "$folder")
    done
}
