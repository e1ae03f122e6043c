#!/bin/sh
# Writes the package versions in .venv, with which the tests ran, to four files:
#   constraints.txt         all packages
#   requirements-serve.txt  what serving needs, with the sha256 of each file, for production
#   requirements-image.txt  the same for the container image, with what several machines share
#   requirements-build.txt  what building our wheel needs, also with hashes
# `sh scripts/lock.sh serve` keeps constraints.txt and writes the others from it.
set -eu
if [ "${1:-}" != serve ]; then
    echo "# The versions that the tests run with. Written by scripts/lock.sh." >constraints.txt
    # The pin of torch also keeps pip from installing a newer CUDA build if this version is available for the CPU.
    .venv/bin/pip freeze --exclude-editable --exclude pip --exclude setuptools | sed 's/+cpu$//' >>constraints.txt
fi

# The locks must not name this machine's package index, mirror or folder.
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
# Traces are sent as protobuf.
overrides=$(mktemp)
trap 'rm -f "$overrides"' EXIT
grep -v '^protobuf' deploy/lock-overrides.txt >"$overrides"
lock requirements-image.txt --overrides "$overrides" --extra replicas pyproject.toml
.venv/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' |
    lock requirements-build.txt -
