# Sourced: runs the parts of a test suite, each of which prints TAP, and counts
# their lines for the one that sums up.

passed=0
failed=0
skipped=0

# Runs COMMAND and counts what it prints.  A part that ends badly without saying
# so, or that ran no tests, is a failure too.
part() { # NAME COMMAND...
    local name=$1 status=0 output ok not_ok skip skip_all
    shift
    printf '\n== %s\n' "$name"
    output=$(mktemp)
    "$@" </dev/null 2>&1 | tee "$output" || status=$?

    # prove ends each file with an "ok" of its own, which has no number.
    ok=$(grep -cE '^ok +[^ ]' "$output") || true
    not_ok=$(grep -cE '^not ok' "$output") || true
    skip=$(grep -ciE '^ok .*# *skip' "$output") || true
    skip_all=$(grep -cE '^[^ ]+ \.+ skipped: ' "$output") || true # as prove puts it
    rm -f "$output"

    if [ "$not_ok" -eq 0 ] && [ "$status" -ne 0 ]; then
        echo "not ok - $name: ended with status $status"
        not_ok=1
    elif [ $((ok + not_ok + skip_all)) -eq 0 ]; then
        echo "not ok - $name: ran no tests"
        not_ok=1
    fi
    passed=$((passed + ok - skip))
    failed=$((failed + not_ok))
    skipped=$((skipped + skip + skip_all))
}

# Prints the line that sums up; fails if a test failed.
sum_up() {
    printf '\n%d passed, %d failed' "$passed" "$failed"
    [ "$skipped" -eq 0 ] || printf ', %d skipped' "$skipped"
    echo
    [ "$failed" -eq 0 ]
}
