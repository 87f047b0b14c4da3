#!/bin/bash
# make kills: a ballot box at work under EGTALLY_KILLS times kill -9.
set -eu -o pipefail

cd "$(dirname "$0")/.."
. test/ordinary-user.sh
. test/tap-tests.sh

export PG_CONFIG=${PG_CONFIG:-pg_config}
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
folder=$(ordinary_folder)
trap remove_folder EXIT
tap_tests test/t/015_ballot_box_kills.pl
