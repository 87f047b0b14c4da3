# Sourced: PostgreSQL refuses to run as root, so root lends its servers and the
# tests that start servers to an ordinary user.

if [ "$(id -u)" -ne 0 ]; then
    ordinary_user=$(id -un)
elif id postgres >/dev/null 2>&1; then
    ordinary_user=postgres
else
    ordinary_user=nobody
fi

as_ordinary_user() {
    if [ "$(id -u)" -eq 0 ]; then
        runuser -u "$ordinary_user" -- "$@"
    else
        "$@"
    fi
}

# Prints the name of a new folder of the ordinary user.  It is in /tmp, not in
# TMPDIR: root's may be closed to others, and the path of a socket is short.
ordinary_folder() {
    (cd / && as_ordinary_user mktemp -d /tmp/egtally.XXXXXX)
}

# Sets EGTALLY_SHARED, the folder of test data beside the project, so that the
# ordinary user can read it: empty without data, a copy in FOLDER if need be.
locate_shared_data() { # FOLDER
    EGTALLY_SHARED=${EGTALLY_SHARED-$PWD/../shared}
    if [ ! -d "$EGTALLY_SHARED" ]; then
        EGTALLY_SHARED=
    elif EGTALLY_SHARED=$(realpath "$EGTALLY_SHARED") &&
        ! as_ordinary_user test -r "$EGTALLY_SHARED/." -a -x "$EGTALLY_SHARED/."; then
        cp -R "$EGTALLY_SHARED" "$1/shared"
        chown -R "$ordinary_user" "$1/shared"
        EGTALLY_SHARED=$1/shared
    fi
    export EGTALLY_SHARED
}
