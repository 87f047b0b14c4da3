# Sourced after ordinary-user.sh: how the TAP tests are run.

# Those that are named, or all: they start servers of their own, which write
# beside the tests, in the folder of that name.
tap_tests() { # [FILE]...
    local pgxs
    pgxs=$(dirname "$("$PG_CONFIG" --pgxs)")/../..
    [ $# -gt 0 ] || set -- test/t/*.pl
    cp -R test sql README.md "$folder" && chown -R "$ordinary_user" "$folder/test" "$folder/sql" "$folder/README.md" && cd "$folder" &&
        as_ordinary_user env HOME="$folder" PATH="$("$PG_CONFIG" --bindir):$PATH" \
            TESTDIR="$folder" TESTDATADIR="$folder/tmp_check" TESTLOGDIR="$folder/tmp_check/log" \
            PG_REGRESS="$pgxs/src/test/regress/pg_regress" \
            prove --verbose --jobs "$(getconf _NPROCESSORS_ONLN)" -I "$pgxs/src/test/perl" -I test/t "$@"
}

# A test that was interrupted leaves its servers running.
# shellcheck disable=SC2317 # the trap calls it
remove_folder() {
    for running in "$folder"/tmp_check/*/pgdata/postmaster.pid; do
        [ ! -f "$running" ] || as_ordinary_user "$("$PG_CONFIG" --bindir)/pg_ctl" stop -m immediate -D "$(dirname "$running")"
    done
    rm -rf "$folder"
}
