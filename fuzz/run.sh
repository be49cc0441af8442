#!/usr/bin/env bash
# Runs every fuzz target for some seconds each: fuzz/run.sh [SECONDS [TARGET...]]
# With FUZZ_FEATURES=server also those that need the whole server, which takes minutes to build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

SECONDS_EACH=${1:-60}
INPUT_SECONDS_MAX=10
MEMORY_MB_MAX=2048

if ! cargo fuzz --version >/dev/null 2>&1; then
    echo "cargo-fuzz is missing: cargo install --locked cargo-fuzz" >&2
    exit 1
fi

server_targets="cursor filter"
targets=("${@:2}")
if [ ${#targets[@]} -eq 0 ]; then
    mapfile -t targets < <(cd fuzz_targets && printf '%s\n' ./*.rs | sed 's|./\(.*\)\.rs|\1|')
fi

failed=()
for target in "${targets[@]}"; do
    if [ "${FUZZ_FEATURES:-}" != server ] && [[ " $server_targets " == *" $target "* ]]; then
        echo "skipped: $target needs FUZZ_FEATURES=server"
        continue
    fi
    # Coverage works on stable; only the address sanitizer would need a nightly compiler.
    mkdir -p "corpus/$target"
    seeds=()
    if [ -d "seeds/$target" ]; then seeds=("seeds/$target"); fi
    cargo fuzz run --fuzz-dir . --sanitizer none --features "${FUZZ_FEATURES:-}" "$target" "corpus/$target" "${seeds[@]}" -- \
        -max_total_time="$SECONDS_EACH" -timeout="$INPUT_SECONDS_MAX" -rss_limit_mb="$MEMORY_MB_MAX" \
        -print_final_stats=1 -verbosity=0 || failed+=("$target")
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "found something: ${failed[*]}; the inputs are in fuzz/artifacts" >&2
    exit 1
fi
