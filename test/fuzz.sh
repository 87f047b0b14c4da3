#!/bin/bash
# fuzz.sh PROGRAM...: lets libFuzzer run each for its share of FUZZ_SECONDS,
# from the inputs in test/fuzz/corpus/NAME, if any, and those found before.
set -eu -o pipefail

cd "$(dirname "$0")/.."
. test/count-tests.sh

fuzz() { # PROGRAM SECONDS
    local found=$1.found log=$1.log corpora given
    given=test/fuzz/corpus/$(basename "$1")
    mkdir -p "$found"
    corpora=("$found")
    [ ! -d "$given" ] || corpora+=("$given")
    if "$1" -max_total_time="$2" -max_len=65536 -timeout=10 -print_final_stats=1 \
        -artifact_prefix="$1." "${corpora[@]}" >"$log" 2>&1; then
        echo "ok - $(sed -n 's/.*number_of_executed_units: *//p' "$log") inputs in $2 s"
    else
        tail -n 60 "$log"
        echo "not ok - the input is in build/, beside the program"
    fi
}

[ $# -gt 0 ] || part 'fuzz targets' true
for program in "$@"; do
    part "$(basename "$program")" fuzz "$program" $((FUZZ_SECONDS / $#))
done

sum_up
