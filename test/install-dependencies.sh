#!/bin/bash
# Installs what the tests need and this machine lacks: on Debian and its kin
# with apt-get, as root or through sudo.  Elsewhere it says what is lacking.
set -eu

PG_CONFIG=${PG_CONFIG:-pg_config}

has() { command -v "$1" >/dev/null; }
has_header() { cc -E -include "$1" -x c /dev/null >/dev/null 2>&1; }
has_python_module() { /usr/bin/python3 -c "import $1" 2>/dev/null; }
has_perl_module() { perl -M"$1" -e 1 2>/dev/null; }
has_server() { [ -x "$("$PG_CONFIG" --bindir 2>/dev/null)/initdb" ]; }
has_server_headers() { [ -f "$("$PG_CONFIG" --includedir-server 2>/dev/null)/postgres.h" ]; }
has_fuzzer() {
    echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
        clang -fsanitize=fuzzer,address,undefined -x c - -o /dev/null 2>/dev/null
}

# Names the Debian packages that are lacking, NN for PostgreSQL's version.
lacking_packages() {
    has make || echo make
    has gcc && has_header stdlib.h || echo gcc libc6-dev
    has_fuzzer || echo clang libclang-rt-dev
    has_header gmp.h || echo libgmp-dev
    has_header nettle/hmac.h || echo nettle-dev
    has_header sodium.h || echo libsodium-dev
    has prove || echo perl
    has_perl_module IPC::Run || echo libipc-run-perl
    has_python_module psycopg2 || echo python3-psycopg2
    has_python_module gmpy2 || echo python3-gmpy2
    has valgrind && has_header valgrind/memcheck.h || echo valgrind
    has_server || echo postgresql-NN
    has_server_headers || echo postgresql-server-dev-NN
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif has sudo; then
        sudo "$@"
    else
        echo "cannot install $lacking: be root or install sudo" >&2
        exit 1
    fi
}

install_packages() {
    local output
    output=$(as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install -y --no-install-recommends "$@" 2>&1) || {
        echo "$output" >&2
        exit 1
    }
}

postgresql_version() {
    if has "$PG_CONFIG"; then
        "$PG_CONFIG" --version | sed 's/^PostgreSQL \([0-9]*\).*/\1/'
    else
        apt-cache depends postgresql | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p'
    fi
}

# Debian makes and starts a cluster with the first server that it installs, but
# nobody asked for one.
cluster_defaults=/etc/postgresql-common/createcluster.conf

forbid_main_cluster() {
    install_packages postgresql-common
    trap allow_main_cluster EXIT
    as_root cp -p "$cluster_defaults" "$cluster_defaults.egtally"
    echo 'create_main_cluster = false' | as_root tee -a "$cluster_defaults" >/dev/null
}

allow_main_cluster() {
    as_root mv "$cluster_defaults.egtally" "$cluster_defaults"
    trap - EXIT
}

lacking=$(lacking_packages | xargs)
[ -n "$lacking" ] || exit 0

if ! has apt-get; then
    echo "lacking here, by the names of Debian's packages: $lacking" >&2
    exit 1
fi

as_root apt-get -qq update
version=$(postgresql_version)
lacking=${lacking//NN/$version}
echo "installing $lacking"

has_server || forbid_main_cluster
# shellcheck disable=SC2086 # a list of packages
install_packages $lacking
[ ! -e "$cluster_defaults.egtally" ] || allow_main_cluster

lacking=$(lacking_packages | xargs)
if [ -n "$lacking" ]; then
    echo "still lacking after installation: $lacking" >&2
    exit 1
fi
