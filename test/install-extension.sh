#!/bin/sh
# Installs the built extension, with the rights that its directories ask for.
set -eu

cd "$(dirname "$0")/.."
PG_CONFIG=${PG_CONFIG:-pg_config}
extensions=$("$PG_CONFIG" --sharedir)/extension
libraries=$("$PG_CONFIG" --pkglibdir)

if [ -w "$extensions" ] && [ -w "$libraries" ]; then
    make -s install
elif command -v sudo >/dev/null; then
    sudo make -s install PG_CONFIG="$PG_CONFIG"
else
    echo "cannot write to $extensions: be root, install sudo, or set PG_CONFIG to a PostgreSQL of your own" >&2
    exit 1
fi
