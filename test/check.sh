#!/bin/bash
# make check: every test of the project, from an empty machine on.
set -eu -o pipefail

cd "$(dirname "$0")/.."
. test/ordinary-user.sh
. test/count-tests.sh
. test/tap-tests.sh

export PG_CONFIG=${PG_CONFIG:-pg_config}
jobs=-j$(getconf _NPROCESSORS_ONLN)

installation() {
    make -s "$jobs" installed && echo 'ok 1 - built and installed'
}

# Apart from the installed objects, which -B keeps VPATH from finding.
build_without_warning() { # COMPILER
    mkdir -p "build/$1" &&
        make -s -B "$jobs" -C "build/$1" -f ../../Makefile VPATH=../.. CC="$1" COPT=-Werror egtally.so &&
        make -s "$jobs" programs BUILD="build/$1" CC="$1" CFLAGS='-O2 -g -Werror' &&
        echo "ok 1 - $1 builds everything without a warning"
}

# As by a compiler that does not know AVX-512.
build_without_ifma() {
    make -s "$jobs" programs BUILD=build/without-ifma CFLAGS='-O2 -g -Werror -DEG_NO_IFMA' &&
        prove --verbose --exec '' build/without-ifma/plain/test/unit/test_{kernel,ifma,secret_power,tally}
}

# As the server has them, and as compilers make them of the programs.
kernel_code() {
    test/kernels/scan src/math/{ifma_{one,eight,number},{secret,fixed}_ifma}.o &&
        make -s kernel-code BUILD=build/gcc CC=gcc CFLAGS='-O2 -g -Werror' &&
        make -s kernel-code BUILD=build/clang CC=clang CFLAGS='-O2 -g -Werror'
}

trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

part 'build and installation' installation
[ "$failed" -eq 0 ] || { sum_up; exit 1; }
part 'build with gcc' build_without_warning gcc
part 'build with clang' build_without_warning clang
part 'build without AVX-512' build_without_ifma
part 'unit tests' make -s "$jobs" unit PROVE_FLAGS="--verbose $jobs"
part 'unit tests with sanitizers' make -s "$jobs" unit-sanitized PROVE_FLAGS="--verbose $jobs"
part 'machine code of the kernels' kernel_code
part 'constant time' make -s constant-time PROVE_FLAGS="--verbose $jobs"

part 'regression tests' test/with-cluster test/regression-tests.sh

folder=$(ordinary_folder)
trap remove_folder EXIT
locate_shared_data "$folder"
failed_before=$failed
part 'TAP tests' tap_tests
[ "$failed" -eq "$failed_before" ] || tail -n 20 "$folder"/tmp_check/log/regress_log_* || true

sum_up
