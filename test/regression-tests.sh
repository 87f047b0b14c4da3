#!/bin/bash
# Every test of test/sql against the server that PGHOST leads to, as many at a
# time as there are cores: each in a database and a folder of its own, as they
# do not share tables.  As TAP, which pg_regress speaks from PostgreSQL 16 on.
set -eu -o pipefail

cd "$(dirname "$0")/.."
results=$PWD/build/regression

run_test() { # NAME
    local folder=$results/$1
    mkdir -p "$folder"
    ln -sfn "$PWD/expected" "$folder/expected"
    make -s installcheck REGRESS="$1" CONTRIB_TESTDB="regression_$1" \
        EXTRA_REGRESS_OPTS="--outputdir=$folder" >"$folder/log" 2>&1
}

# What misses its data says so in a line "skipped: ...".
report() { # NAME
    local folder=$results/$1
    if ! run_test "$1"; then
        cat "$folder/log" "$folder/regression.diffs" 2>/dev/null | sed "s/^/# /" || true
        echo "not ok - $1"
    elif grep -qs '^ *skipped: ' "$folder/results/$1.out"; then
        echo "ok - $1 # skip"
    else
        echo "ok - $1"
    fi
}

export results
export -f run_test report
rm -rf "$results"
basename -s .sql test/sql/*.sql |
    xargs -P "$(getconf _NPROCESSORS_ONLN)" -I NAME bash -c 'report NAME'
