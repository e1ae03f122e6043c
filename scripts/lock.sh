#!/bin/sh
# Writes the versions in .venv, which the tests ran with, in three forms:
#   constraints.txt         all of them
#   requirements-serve.txt  what serving needs, each file by its sha256, for production
#   requirements-build.txt  what building our own wheel needs, likewise
# `sh scripts/lock.sh serve` leaves constraints.txt alone and writes the other two from it.
set -eu
if [ "${1:-}" != serve ]; then
    echo "# The versions that the tests run with. Written by scripts/lock.sh." >constraints.txt
    # torch: the pin also keeps pip from installing a newer CUDA build if the machine offers this version for the CPU.
    .venv/bin/pip freeze --exclude-editable --exclude pip --exclude setuptools | sed 's/+cpu$//' >>constraints.txt
fi

# The files do not name the index, mirror or folder that this machine uses.
lock() {
    output=$1
    shift
    {
        echo "# Written by scripts/lock.sh. Install with: pip install --require-hashes --no-deps -r $output"
        .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --constraint constraints.txt \
            --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --annotation-style line "$@"
    } >"$output.new"
    mv "$output.new" "$output"
}
lock requirements-serve.txt --overrides deploy/lock-overrides.txt --extra serve pyproject.toml
.venv/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' |
    lock requirements-build.txt -
